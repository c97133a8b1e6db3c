"""The machine as updates see it: its files below one root, and its commands."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from edge_appliance.limited_commands import Run, run_command

STATE = "/var/lib/edge-appliance"


@dataclass(frozen=True, slots=True)
class System:
    """This machine, unless told otherwise."""

    root: Path = Path("/")
    run: Run = run_command

    def path(self, name: str) -> Path:
        """A file of it by its absolute name."""
        return self.root / name.lstrip("/")

    @property
    def state(self) -> Path:
        """The folder of what the appliance remembers."""
        return self.path(STATE)

    def free_bytes(self, name: str) -> int:
        """Bytes that may still be written where the folder ``name`` lies; raises ``OSError``."""
        return shutil.disk_usage(self.path(name)).free
