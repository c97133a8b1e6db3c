"""The package's own description: its fields, scripts and checksums."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

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
SCRIPTS = ("postinst", "prerm", "postrm")


def version_of(target: Target, version: str) -> str:
    """The version of the package, which says for which Debian it is."""
    return f"{version}+deb{target.suite.number}"


def fields(target: Target, version: str, installed_kib: int) -> dict[str, str]:
    """The fields of the control file, in their order."""
    return {
        "Package": NAME,
        "Version": version_of(target, version),
        "Section": "misc",
        "Priority": "optional",
        "Architecture": target.architecture,
        "Installed-Size": str(installed_kib),
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
    folder = root / "DEBIAN"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "md5sums").write_text("".join(_checksums(root)))
    described = fields(target, version, _installed_kib(root)).items()
    (folder / "control").write_text("".join(f"{name}: {value}\n" for name, value in described))
    for name in SCRIPTS:
        shutil.copyfile(scripts / name, folder / name)
        (folder / name).chmod(0o755)
    for name in ("md5sums", "control"):
        (folder / name).chmod(0o644)


def _depends(target: Target) -> Iterator[str]:
    major, minor = target.suite.python
    yield f"python3 (>= {major}.{minor})"
    yield f"python3 (<< {major}.{minor + 1})"
    yield from ("python3-numpy", "python3-opencv", "python3-av", "python3-pil", "python3-systemd")
    yield from ("libc6 (>= 2.27)", "libgcc-s1", "libstdc++6", "passwd", "procps", "systemd")


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.relative_to(root).parts[0] != "DEBIAN")


def _checksums(root: Path) -> Iterator[str]:
    for path in _files(root):
        if path.is_file() and not path.is_symlink():
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            yield f"{digest}  {path.relative_to(root)}\n"


def _installed_kib(root: Path) -> int:
    """After Debian's policy: each file rounded up to 1 KiB, everything else 1 KiB."""
    return sum(
        -(-path.stat().st_size // 1024) if path.is_file() and not path.is_symlink() else 1 for path in _files(root)
    )
