"""What the machine says of itself: memory, load, temperature, throttling."""

from __future__ import annotations

import os
from pathlib import Path

_STATM = Path("/proc/self/statm")
_THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
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
    text = _read(path)
    return int(text) / 1000 if text else None


def is_throttled(path: Path = _THROTTLED) -> bool | None:
    """Whether a Raspberry Pi is slowed down now by heat or low voltage; None on other machines."""
    text = _read(path)
    return bool(int(text, 16) & _THROTTLED_NOW) if text else None


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
