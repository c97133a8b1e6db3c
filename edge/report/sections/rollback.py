"""The last update that did not work, where edge-appliance has put the version before it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

_FILE = "/var/lib/edge-appliance/rolled-back.json"
_MOST_LINES = 200


def lines(appliance: Appliance) -> Iterator[str]:
    """The file as it is."""
    if text := appliance.system.read(_FILE):
        yield from text.splitlines()[:_MOST_LINES]
    else:
        yield "there was none"
