"""What tests tell the stand-in for libedgetpu, and what it tells them; the files are explained in ``control.c``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VARIABLE = "EDGE_STANDIN"
"""The environment variable that names the folder."""
PORT = f"2-{os.getpid()}"
"""Where a stick is plugged in: a port is locked for the whole machine, and tests run side by side."""
STICK = f"usb /sys/bus/usb/devices/{PORT}"
"""The stick as the file lists it."""
When: TypeAlias = Literal["create", "invoke"]
What: TypeAlias = Literal["slow", "hang", "abort", "fail"]


@dataclass(frozen=True, slots=True)
class Created:
    """A delegate that was handed out."""

    pid: int
    device: str
    performance: str


class Control:
    """The folder that the stand-in reads at every load of the delegate and every invoke."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def attach(self, *devices: str) -> None:
        """Have these be attached, and no others; each is ``usb PATH`` or ``pci PATH``, in the order of enumeration."""
        self._write("devices", devices)

    def misbehave(self, when: When, what: What, ms: int = 0, *, once: bool = False) -> None:
        """Have it fail, hang, abort or take ``ms`` longer from now on, or only the next time."""
        words = [what, *([str(ms)] if what == "slow" else []), *(["once"] if once else [])]
        self._write(when, [" ".join(words)])

    def behave(self) -> None:
        """Have all work again."""
        for when in ("create", "invoke"):
            (self.folder / when).unlink(missing_ok=True)

    def has_misbehaved(self, when: When) -> bool:
        """Whether what was to happen once has happened."""
        return not (self.folder / when).exists()

    def created(self) -> list[Created]:
        """The delegates handed out so far."""
        log = self.folder / "created"
        lines = log.read_text().splitlines() if log.exists() else []
        fields = (line.split(" ") for line in lines)
        return [Created(int(pid), device, performance) for pid, device, performance in fields]

    def destroyed(self) -> list[int]:
        """The processes that have given a delegate back, one for each."""
        log = self.folder / "destroyed"
        return [int(line.split(" ")[0]) for line in log.read_text().splitlines()] if log.exists() else []

    def _write(self, name: str, lines: Iterable[str]) -> None:
        new = self.folder / f".{name}.new"
        new.write_text("".join(f"{line}\n" for line in lines))
        new.replace(self.folder / name)  # nobody reads half of it
