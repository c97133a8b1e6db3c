"""What this process may beyond its user's own rights (capabilities(7))."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path("/proc/self/status")
_READ_ALL_BIT = 2
"""CAP_DAC_READ_SEARCH."""


def may_read_all(*sets: str) -> bool:
    """Whether the right to read everything is in all these sets, called as in proc(5): ``CapEff``, ``CapPrm``."""
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return all(int(lines[kind], 16) >> _READ_ALL_BIT & 1 for kind in sets)
