"""The packages Edge stands on, and the Python that finds them."""

from __future__ import annotations

import re
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from edge.camera.settings import CameraSettings
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.doctor.probe import DiedError, HungError, probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_AGAIN = "install Edge again"
APT_PACKAGES = "/usr/lib/python3/dist-packages"

_PROBE_S, _COMMAND_S = 15.0, 4.0
_OLDEST, _NEWEST = (3, 11), (3, 13)
# What Edge imports, and the package of apt that brings it on the Pi; the rest comes with Edge.
_PACKAGES = {
    "numpy": "python3-numpy",
    "cv2": "python3-opencv",
    "av": "python3-av",
    "PIL.Image": "python3-pil",
    "paho.mqtt.client": "",
    "rich": "",
    "tomlkit": "",
}


def python(subject: Subject) -> Iterator[Finding]:
    """The version that runs this."""
    name, version = "runtime.python", subject.system.python
    text = ".".join(map(str, version))
    if version < _OLDEST:
        why = f"Python {text} is too old; Edge needs 3.11 or newer"
        yield failed(name, why, "install Edge on Raspberry Pi OS Bookworm or newer, which brings one")
    elif version > _NEWEST:
        why = f"Python {text} is newer than those Edge has been tried with"
        yield warning(name, why, "use Python 3.11 to 3.13 if packages are missing for it")
    else:
        yield ok(name, f"Python {text}, {sys.executable}")


def numpy(subject: Subject) -> Iterator[Finding]:
    """Apt's picamera2 and OpenCV are built for apt's numpy; one from pip that is found first breaks them."""
    name, system = "runtime.numpy", subject.system
    homes = [folder for folder in map(Path, system.python_path) if (folder / "numpy" / "__init__.py").is_file()]
    apt = system.path(APT_PACKAGES)
    if not homes:
        yield failed(name, "numpy is not installed", "run: sudo apt install python3-numpy")
        return
    version = _version(homes[0])
    if homes[0] == apt or apt not in homes:
        yield ok(name, f"numpy {version}, {homes[0]}")
        return
    why = f"numpy {version} in {homes[0]} hides apt's {_version(apt)}, which apt's picamera2 and OpenCV are built for"
    fix = f"run: {sys.executable} -m pip uninstall numpy; it must not come from pip where apt brings it"
    breaks = version.partition(".")[0] != _version(apt).partition(".")[0]
    yield failed(name, why, fix) if breaks else warning(name, why, fix)


def picamera2(subject: Subject) -> Iterator[Finding]:
    """Apt's picamera2 is only found by an environment that looks among apt's packages."""
    name, system = "runtime.picamera2", subject.system
    home = system.path(APT_PACKAGES)
    if not (home / "picamera2").is_dir():
        if system.is_raspberry_pi and subject.settings[CameraSettings].source in {"auto", "picamera"}:
            why = "picamera2 is not installed, so the Pi's own camera cannot be used"
            yield warning(name, why, _get_picamera2(system))
        else:
            yield skipped(name, "picamera2 is not installed; only the Raspberry Pi's own camera needs it")
    elif home not in map(Path, system.python_path):
        yield failed(
            name,
            "picamera2 is installed, but this Python does not look among apt's packages",
            f"make its environment anew with --system-site-packages, or set that to true in {sys.prefix}/pyvenv.cfg",
        )
    else:
        yield ok(name, f"picamera2 {_version(home, 'picamera2')} from apt")


def _get_picamera2(system: System) -> str:
    policy = system.run(("apt-cache", "policy", "python3-picamera2"), _COMMAND_S)
    if policy.status == 0 and not re.search(r"Candidate: (?!\(none\))", policy.text):
        return "no archive that apt knows here has it: use Raspberry Pi OS, or a USB camera (camera.source = v4l2:…)"
    return "run: sudo apt install python3-picamera2"


def packages(subject: Subject) -> Iterator[Finding]:
    """Whether what Edge imports can be imported, in a child process."""
    name = "runtime.packages"
    try:
        broken = complaints(subject.system, tuple(_PACKAGES))
    except HungError as error:
        yield failed(name, f"importing packages {error}", "look for a failing card: sudo dmesg | grep -iE 'ext4|mmc'")
        return
    for package, complaint in broken.items():
        apt = _PACKAGES[package]
        here = subject.system.path(f"{APT_PACKAGES}/{package}").exists()
        fix = f"run: sudo apt install {'--reinstall ' if here else ''}{apt}" if apt else _AGAIN
        hides = " (see runtime.numpy)" if "numpy" in complaint and package != "numpy" else ""
        yield failed(name, f"{package} cannot be imported: {complaint}{hides}", fix)
    if not broken:
        yield ok(name, f"{', '.join(_PACKAGES)} can be imported")


def complaints(system: System, names: Sequence[str]) -> dict[str, str]:
    """Why each of the packages that cannot be imported cannot; one that takes the process down is found alone.

    Raises:
        HungError: it takes too long.
    """
    try:
        broken: dict[str, str] = probe(system, "packages", {"names": names}, _PROBE_S)["broken"]
    except DiedError as error:
        if len(names) == 1:
            return {names[0]: str(error)}
        return {culprit: why for name in names for culprit, why in complaints(system, (name,)).items()}
    return broken


def _version(folder: Path, package: str = "numpy") -> str:
    return next((found.version for found in distributions(name=package, path=[str(folder)])), "of unknown version")
