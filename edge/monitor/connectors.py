"""The outputs that monitors can be attached to, as the kernel lists them.

Numbers of cards change from one boot to the next, names of outputs do not; so an output is chosen by its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys/class/drm")
_FOLDER = re.compile(r"(?P<card>card[0-9]+)-(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Connector:
    """An output and what the kernel says of it.

    ``status`` is ``connected``, ``disconnected``, or ``unknown`` where the output cannot tell. ``edid`` is what the
    monitor says of itself, empty where that does not come through.
    """

    card: str
    name: str
    status: str
    edid: bytes = b""

    @property
    def device(self) -> str:
        """The path of its card's node."""
        return f"/dev/dri/{self.card}"

    @property
    def is_connected(self) -> bool:
        """Whether there is a monitor for certain."""
        return self.status == "connected"

    @property
    def has_plug(self) -> bool:
        """Whether a monitor could be plugged in; some outputs write into memory."""
        return not self.name.startswith("Writeback")


def connectors(root: Path = SYSFS) -> tuple[Connector, ...]:
    """All outputs of all cards, by name; none where there is no graphics card."""
    folders = sorted(root.glob("card*-*"))
    found = [_read(folder, match["card"], match["name"]) for folder in folders if (match := _match(folder))]
    return tuple(sorted(found, key=lambda one: (one.name, one.card)))


def choose(found: tuple[Connector, ...], wanted: str) -> Connector | None:
    """The output to show something on: the first with a monitor, or the one of that name; None where there is none.

    One that cannot tell whether it has a monitor is taken where it is asked for by name.
    """
    if wanted == "auto":
        return next((one for one in found if one.is_connected and one.has_plug), None)
    return next((one for one in found if one.name == wanted and one.status != "disconnected"), None)


def _match(folder: Path) -> re.Match[str] | None:
    return _FOLDER.fullmatch(folder.name)


def _read(folder: Path, card: str, name: str) -> Connector:
    status = _bytes(folder / "status").decode(errors="replace").strip()
    return Connector(card, name, status or "disconnected", _bytes(folder / "edid"))


def _bytes(file: Path) -> bytes:
    """What is in a file; nothing where it is gone, as a card may be unplugged while it is looked at."""
    try:
        return file.read_bytes()
    except OSError:
        return b""
