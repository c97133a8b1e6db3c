"""The machine's own files, below one root: its ``/sys``, ``/proc`` and ``/dev``, or a copy of them in a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_MOST_CHARACTERS = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MachineFiles:
    """Those of this machine, unless told otherwise; paths are given as from ``/`` and looked up below ``root``.

    What cannot be read is as if it were not there: hardware comes and goes while somebody looks.
    """

    root: Path = Path("/")

    def path(self, name: str) -> Path:
        """Where ``name``, a path from ``/``, really lies."""
        return self.root / name.lstrip("/")

    def exists(self, name: str) -> bool:
        """Whether there is such a file, as far as this process can see."""
        try:
            return self.path(name).exists()
        except OSError:
            return False

    def read(self, name: str) -> str:
        """The text of a file without white space around, of a huge one its beginning; empty where it cannot be read."""
        try:
            with self.path(name).open(encoding="utf-8", errors="replace") as file:
                return file.read(_MOST_CHARACTERS).strip("\0 \n")
        except OSError:
            return ""

    def target(self, name: str) -> str:
        """Where a symbolic link leads to; empty where it is none."""
        try:
            return str(self.path(name).readlink())
        except OSError:
            return ""

    def find(self, pattern: str) -> list[str]:
        """The files that match ``pattern``, as paths from ``/``, sorted."""
        try:
            found = list(self.root.glob(pattern.lstrip("/")))
        except OSError:  # a folder has gone while it was read
            return []
        return sorted(f"/{path.relative_to(self.root)}" for path in found)


THIS_MACHINE = MachineFiles()
