"""The versions that apt is not to install by itself any more, as a pin among its preferences.

A person still can: ``apt install ./edge-vision_VERSION_*.deb``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edge_appliance.debian import PACKAGE, is_later
from edge_appliance.durable_file import remove_durably, write_durably

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_appliance.system import System

PIN = "/etc/apt/preferences.d/edge-appliance"
_HEAD = """\
# Written by edge-appliance: these versions did not work on this machine. It goes when a later one does.
"""
_STANZA = "\nPackage: {package}\nPin: version {version}\nPin-Priority: -1\n"


class RefusedVersions:
    """Kept in the pin itself, so that there is no second truth."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._path = system.path(PIN)

    def all(self) -> list[str]:
        """The refused versions."""
        try:
            return re.findall(r"^Pin: version (\S+)$", self._path.read_text(), re.MULTILINE)
        except OSError:
            return []

    def refuse(self, version: str) -> None:
        """Refuse one more; raises ``OSError``."""
        self._write(dict.fromkeys([*self.all(), version]))

    def confirm(self, version: str) -> None:
        """A version works: those up to it need not be refused any more; raises ``OSError``."""
        refused = self.all()
        later = [one for one in refused if is_later(self._system, one, version)]
        if later != refused:
            self._write(later)

    def _write(self, versions: Iterable[str]) -> None:
        stanzas = "".join(_STANZA.format(package=PACKAGE, version=version) for version in versions)
        if stanzas:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._path, f"{_HEAD}{stanzas}".encode())
        else:
            remove_durably(self._path)
