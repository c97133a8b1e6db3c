"""Running the system's commands: with a deadline, without anybody who could answer a question."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_FOUND, TOO_LATE = 127, 124
"""Exit statuses of a command that is not there and of one that did not end in time, as shells and timeout(1) say it."""
QUICK_S = 30.0
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Output:
    """How a command ended, and what it printed, errors among the rest."""

    status: int
    text: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it did what it was asked for."""
        return self.status == 0


class Run(Protocol):
    """Runs a command to its end, but for no longer than ``limit_s``; never raises."""

    def __call__(
        self,
        *words: str,
        limit_s: float = QUICK_S,
        stdin: bytes = b"",
        environ: Mapping[str, str] = _NOTHING,
    ) -> Output:
        """Run it, with ``environ`` on top of our own."""
        ...


def run_command(
    *words: str, limit_s: float = QUICK_S, stdin: bytes = b"", environ: Mapping[str, str] = _NOTHING
) -> Output:
    """Run a command; see :class:`Run`. Where it takes too long, all that it has started is ended with it."""
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C.UTF-8", **environ},
            start_new_session=True,
        )
    except OSError as error:
        return Output(NOT_FOUND, error.strerror or str(error))
    with process:
        try:
            said, _ = process.communicate(stdin, timeout=limit_s)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            return Output(TOO_LATE, f"{said.decode(errors='replace')}\nno answer within {limit_s:g} s".strip())
    return Output(process.returncode, said.decode(errors="replace").strip())


def last_lines(text: str, count: int = 5) -> str:
    """The end of what a command printed, in one line."""
    return "; ".join(line.strip() for line in text.splitlines()[-count:] if line.strip())
