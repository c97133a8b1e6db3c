"""What edge-appliance leaves behind where a new version of Edge did not work and the one before was put back.

It goes when a later version has shown that it works. Whoever reads it may be older or newer than whoever wrote it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from edge.base.regular_file import open_no_link, read_at_most

FILE = Path("/var/lib/edge-appliance/rolled-back.json")
_MOST_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class RolledBack:
    """``restored`` is the version that was put in the place of ``version``; "" where there was none to go back to.

    ``at`` is when that was, by a clock that may have been wrong.
    """

    version: str
    restored: str
    why: str
    at: str

    def sentence(self) -> str:
        """What happened, in one line, beginning with the version."""
        after = f"{self.restored} was put back" if self.restored else "there was no earlier package to go back to"
        return f"{self.version} did not work here and {after}: {self.why}"


def read_rolled_back(path: Path = FILE) -> RolledBack | None:
    """What is there; None where no version was rolled back, or what is there is nothing that could be told."""
    try:
        found = json.loads(read_at_most(path, _MOST_BYTES, open_no_link))
        names = ("version", "restored", "why", "at")
        return RolledBack(*(" ".join(str(found[name]).split()) for name in names))
    except (OSError, ValueError, KeyError, TypeError):
        return None
