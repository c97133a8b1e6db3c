"""What the machine says of itself: memory, load, throttling."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.firmware import CAPPED, SOFT_LIMIT, THROTTLED, UNDER_VOLTAGE, throttled_word

if TYPE_CHECKING:
    from edge.base.machine_files import MachineFiles

_STATM = Path("/proc/self/statm")


def memory_mb() -> float:
    """Resident memory of this process in MiB."""
    pages = int(_STATM.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def load_average() -> float:
    """Load average over one minute."""
    return os.getloadavg()[0]


def is_throttled(files: MachineFiles) -> bool | None:
    """Whether a Raspberry Pi is slowed down now by heat or low voltage; None on other machines."""
    word = throttled_word(files)
    return None if word is None else bool(word & (UNDER_VOLTAGE | CAPPED | THROTTLED | SOFT_LIMIT))
