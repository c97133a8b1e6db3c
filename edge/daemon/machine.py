"""What the machine says of itself: memory, load, temperature, throttling."""

from __future__ import annotations

import os
from pathlib import Path

_STATM = Path("/proc/self/statm")
_THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
_PLATFORM = Path("/sys/devices/platform")
_THROTTLED_NOW = 0b1111
"""Bits 0 to 3 of the Raspberry Pi firmware's word: under-voltage, capped, throttled, soft temperature limit, now."""


def memory_mb() -> float:
    """Resident memory of this process in MiB."""
    pages = int(_STATM.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def load_average() -> float:
    """Load average over one minute."""
    return os.getloadavg()[0]


def temperature_c(path: Path = _THERMAL) -> float | None:
    """Temperature of the processor in degrees Celsius; None where the machine has no such sensor."""
    millidegrees = _number(path, 10)
    return None if millidegrees is None else millidegrees / 1000


def is_throttled(platform: Path = _PLATFORM) -> bool | None:
    """Whether a Raspberry Pi is slowed down now by heat or low voltage; None on other machines."""
    # The folders carry an address in their names on a Pi 5.
    path = next(platform.glob("soc*/soc*:firmware/get_throttled"), None)
    word = None if path is None else _number(path, 16)
    return None if word is None else bool(word & _THROTTLED_NOW)


def _number(path: Path, base: int) -> int | None:
    """What a file of the kernel's says; None where there is none, or the driver has nothing to say."""
    try:
        return int(path.read_text(), base)
    except (OSError, ValueError):
        return None
