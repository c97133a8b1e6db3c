"""The machine as the checks see it: its files below one root, its commands, and what the running Python knows."""

from __future__ import annotations

import os
import platform
import struct
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from edge.base.machine_files import MachineFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

NOT_FOUND, TOO_LATE = 127, 124
"""Exit statuses of a command that is not there and of one that did not end in time, as shells and timeout(1) say it."""

_BITS_A_BYTE = 8


@dataclass(frozen=True, slots=True)
class Output:
    """What a command has left behind: exit status, stdout and stderr, without white space around."""

    status: int
    text: str = ""
    complaint: str = ""


def run_command(words: Sequence[str], limit_s: float) -> Output:
    """Run a command to its end, but for no longer than ``limit_s``; never raises."""
    try:
        done = subprocess.run(
            words,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_s,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Output(TOO_LATE, complaint=f"no answer within {limit_s:g} s")
    except OSError as error:
        return Output(NOT_FOUND, complaint=error.strerror or str(error))
    return Output(done.returncode, done.stdout.strip(), done.stderr.strip())


def free_bytes(path: Path) -> int:
    """Bytes that an ordinary user may still write where ``path``, or the folder it would be made in, lies.

    Raises:
        OSError: the file system does not answer.
    """
    while not path.exists() and path != path.parent:
        path = path.parent
    state = os.statvfs(path)
    return state.f_bavail * state.f_frsize


Run: TypeAlias = "Callable[[Sequence[str], float], Output]"


@dataclass(frozen=True, slots=True)
class System(MachineFiles):
    """This machine, unless told otherwise.

    ``python_path`` is where Python looks for packages, first one first. ``bits`` is the width of an address in the
    running Python, ``machine`` what the kernel calls the processor. ``uid`` and ``gids`` are those of this process.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    run: Run = run_command
    free_bytes: Callable[[Path], int] = free_bytes
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    python_path: tuple[str, ...] = field(default_factory=lambda: tuple(sys.path))
    python: tuple[int, int] = sys.version_info[:2]
    bits: int = struct.calcsize("P") * _BITS_A_BYTE
    machine: str = field(default_factory=platform.machine)
    page_bytes: int = field(default_factory=lambda: os.sysconf("SC_PAGE_SIZE"))
    uid: int = field(default_factory=os.geteuid)
    gids: frozenset[int] = field(default_factory=lambda: frozenset({os.getegid(), *os.getgroups()}))

    def number(self, name: str) -> int | None:
        """A whole number of the device tree (big-endian, 4 bytes); None where it is missing."""
        try:
            return int.from_bytes(self.path(name).read_bytes(), "big")
        except OSError:
            return None

    @property
    def has_systemd(self) -> bool:
        """Whether the machine was booted with systemd; the test is that of sd_booted(3)."""
        return self.path("/run/systemd/system").is_dir()

    @property
    def is_raspberry_pi(self) -> bool:
        """Whether the device tree says so."""
        return "Raspberry Pi" in self.read("/proc/device-tree/model")
