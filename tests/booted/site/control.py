"""How a test tells the stand-ins what their hardware does: by files."""

from __future__ import annotations

import os
from pathlib import Path

CONTROL = Path("/run/edge-test")


def hang_if(name: str) -> None:
    """Never return while the file ``name`` is there: wait for a pipe that nobody opens, as one waits in a driver."""
    if (CONTROL / name).exists():
        os.open(CONTROL / "never", os.O_RDONLY)
