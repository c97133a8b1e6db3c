"""Programs at a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def at_terminal(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    *,
    size: tuple[int, int] = (24, 80),
    results: int | None = None,
    folder: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end in ``folder`` at a terminal of so many rows and columns; all that it has shown there.

    ``results`` takes what goes to stdout instead.
    """
    mine, its = pty.openpty()
    termios.tcsetwinsize(its, size)
    with subprocess.Popen(
        command, stdin=its, stdout=its if results is None else results, stderr=its, env=environment, cwd=folder
    ) as process:
        os.close(its)
        shown = b""
        with suppress(OSError):  # the terminal is gone with the process
            while part := os.read(mine, 1 << 16):
                shown += part
    os.close(mine)
    return subprocess.CompletedProcess(process.args, process.returncode, shown.decode())
