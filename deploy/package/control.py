"""The package's own description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.package import archive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy.package.target import Target

NAME = "edge-vision"
MAINTAINER = "The Edge contributors <edge-vision@localhost>"
_DESCRIPTION = """\
vision appliance: poses, categories and actions over MQTT
 Edge takes pictures from a camera, runs models on them on this machine, and
 publishes over MQTT where people are and how they stand, what a picture shows
 and what somebody is doing. It works as a service, is tuned in
 /etc/edge/edge.toml, and checks itself with "edge doctor"."""


def version_of(target: Target, version: str) -> str:
    """The version of the package, which says for which Debian it is."""
    return f"{version}+deb{target.suite.number}"


def fields(target: Target, version: str) -> dict[str, str]:
    """The fields of the control file, in their order."""
    return {
        "Package": NAME,
        "Version": version_of(target, version),
        "Section": "misc",
        "Priority": "optional",
        "Architecture": target.architecture,
        "Depends": ", ".join(_depends(target)),
        # mosquitto of Debian listens on this machine only. picamera2 exists in Raspberry Pi OS only.
        "Recommends": "mosquitto, python3-jsonschema, python3-picamera2",
        # pygame is for a window on a desktop only; a monitor does without.
        "Suggests": "libedgetpu1-std, mosquitto-clients, python3-pygame",
        # Its /usr/sbin/edge hides ours from root, and its edge.service from everybody.
        "Conflicts": "n2n",
        "Maintainer": MAINTAINER,
        "Description": _DESCRIPTION,
    }


def write(target: Target, version: str, scripts: Path, root: Path) -> None:
    """Describe the finished folder ``root`` in ``root/DEBIAN``."""
    archive.describe(root, fields(target, version), scripts)


def _depends(target: Target) -> Iterator[str]:
    major, minor = target.suite.python
    yield f"python3 (>= {major}.{minor})"
    yield f"python3 (<< {major}.{minor + 1})"
    yield from ("python3-numpy", "python3-opencv", "python3-av", "python3-pil", "python3-systemd")
    yield from ("libc6 (>= 2.27)", "libgcc-s1", "libstdc++6", "passwd", "procps", "systemd")
