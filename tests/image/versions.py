"""The version of our package that is on an appliance, and a newer one for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.booted.newer_package import BEHAVIOUR, make_newer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.appliance import Appliance

STATE = "/var/lib/edge-appliance"
OLDER, NEWER = "/var/cache/older.deb", "/var/cache/newer.deb"


def installed(appliance: Appliance) -> str:
    """What dpkg says of the package: its state and its version."""
    form = "${db:Status-Status} ${Version}"
    return appliance.ask(f"dpkg-query --show --showformat '{form}' edge-vision")


def state(appliance: Appliance, name: str) -> dict[str, Any]:
    """What the appliance has noted on updates; empty while it has not."""
    found: dict[str, Any] = json.loads(appliance.ask(f"sudo cat {STATE}/{name} || echo '{{}}'"))
    return found


def bring_packages(appliance: Appliance, folder: Path, behaviour: str) -> None:
    """Put the package that is on it and a newer one into the appliance; the newer one behaves as is said."""
    appliance.ask(f"sudo cp {STATE}/packages/edge-vision_*.deb {OLDER}")
    older = appliance.fetch(OLDER, folder / "older.deb")
    appliance.put(make_newer(older, folder), NEWER)
    appliance.ask(f"echo {behaviour} | sudo tee {BEHAVIOUR}")
