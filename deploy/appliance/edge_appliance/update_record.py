"""What is remembered of updates: the version that has shown that it works, and the one that has not.

Files are whole or as before after a power cut, and an older version of this package can read them: what it does not
know it passes over.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from edge_appliance.durable_file import remove_durably, write_durably

if TYPE_CHECKING:
    from pathlib import Path

_GOOD, _ROLLED_BACK = "update.json", "rolled-back.json"


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A version that did not work, and the one that was put in its place: "" where there was none to go back to.

    ``service`` is what systemd said of it, ``log`` its last lines, ``at`` when that was, by a clock that may be wrong.
    """

    version: str
    restored: str
    why: str
    service: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


class UpdateRecord:
    """Files in the folder of the appliance's state."""

    def __init__(self, folder: Path) -> None:
        self._good = folder / _GOOD
        self._rolled_back = folder / _ROLLED_BACK

    def good(self) -> str:
        """The version that works; "" where none has shown it yet."""
        return str(_read(self._good).get("good", ""))

    def set_good(self, version: str) -> None:
        """A version works; raises ``OSError``."""
        self._good.parent.mkdir(parents=True, exist_ok=True)
        write_durably(self._good, json.dumps({"good": version}).encode())

    def rolled_back(self) -> str:
        """The version that was rolled back last; "" where none was, or a later one has been confirmed."""
        return str(_read(self._rolled_back).get("version", ""))

    def set_rolled_back(self, what: RolledBack) -> None:
        """A version does not work; raises ``OSError``."""
        self._rolled_back.parent.mkdir(parents=True, exist_ok=True)
        write_durably(self._rolled_back, json.dumps(asdict(what), indent=1).encode())

    def forget_rolled_back(self) -> None:
        """A later version works; raises ``OSError``."""
        remove_durably(self._rolled_back)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
