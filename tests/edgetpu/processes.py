"""The processes that another one has started, as the kernel lists them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def children(pid: int) -> dict[int, str]:
    """The state of each child by its process id; ``Z`` is one that has ended and that nobody has waited for."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has gone meanwhile
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid:
                found[int(stat.parent.name)] = state
    return found
