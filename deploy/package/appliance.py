"""The package ``edge-appliance``: what makes an appliance of a machine that has ``edge-vision``.

``deploy/appliance/root`` is put into it as it stands, ``edge_appliance`` below ``/usr/lib/edge-appliance``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.package import archive, files
from deploy.package.control import MAINTAINER, version_of
from deploy.package.copyright import OURS_ALONE
from edge import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target

NAME = "edge-appliance"
HOME = f"usr/lib/{NAME}"
COMMAND = f"{HOME}/edge-appliance"
_DOC = f"usr/share/doc/{NAME}"
_SOURCE = "deploy/appliance"
# A link to what the first boot writes; in a checkout it would lead nowhere.
_LOGIN_ON_THE_CONSOLE = "etc/issue.d/edge.login.issue"
# Not the version it was built with: an edge-vision that fails is taken back, and this must not be in its way.
_DEPENDS = (
    *("avahi-daemon", "edge-vision (>= 0.1)", "init-system-helpers", "libnss-mdns", "mosquitto", "openssh-server"),
    *("python3 (>= 3.11)", "systemd"),
)
_DESCRIPTION = """\
makes an appliance of a machine that has edge-vision
 At the first boot the machine gets a name of its own in the network and an
 MQTT broker that lets in whoever knows the login, which was made for this
 machine alone. Its journal stays in memory. An update of Edge that does not
 work is taken back."""


def fields(target: Target, version: str) -> dict[str, str]:
    """The fields of the control file, in their order."""
    return {
        "Package": NAME,
        "Version": version_of(target, version),
        "Section": "misc",
        "Priority": "optional",
        "Architecture": "all",
        "Depends": ", ".join(_DEPENDS),
        # The second has programs find the machine under the name that it got while it ran.
        "Recommends": "mosquitto-clients, libnss-myhostname",
        "Maintainer": MAINTAINER,
        "Description": _DESCRIPTION,
    }


def fill(target: Target, checkout: Path, root: Path) -> None:
    """Put everything into ``root`` that belongs below ``/``, and describe it."""
    source = checkout / _SOURCE
    for path in sorted((source / "root").rglob("*")):
        there = root / path.relative_to(source / "root")
        if path.is_file():
            files.copy(path, there)
    files.link(root / _LOGIN_ON_THE_CONSOLE, "/run/edge-appliance/issue")
    files.copy(source / "edge-appliance", root / COMMAND)
    for path in sorted((source / "edge_appliance").glob("*.py")):
        files.copy(path, root / HOME / "edge_appliance" / path.name)
    files.write(root / _DOC / "copyright", OURS_ALONE)
    files.compress((checkout / "CHANGELOG.md").read_text(), root / _DOC / "changelog.gz")
    entry = files.debian_changelog(NAME, version_of(target, __version__), target.suite)
    files.compress(entry, root / _DOC / "changelog.Debian.gz")
    files.set_modes(root, {root / COMMAND})
    archive.describe(root, fields(target, __version__), source / "scripts")
