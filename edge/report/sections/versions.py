"""What is installed, and on what."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from edge import __version__
from edge.report.appliance import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

_DEBIAN = (
    *("edge-vision", "edge-appliance", "mosquitto", "libedgetpu1-std", "libedgetpu1-max", "gasket-dkms"),
    *("python3-picamera2", "python3-libcamera", "rpicam-apps", "python3-numpy", "python3-opencv", "python3-av"),
    *("python3-pil", "python3-pygame", "systemd", "raspi-firmware", "rpi-eeprom", "cloud-init"),
)
_PYTHON = (
    *("numpy", "opencv-python", "opencv-python-headless", "opencv", "av", "pillow", "paho-mqtt", "rich", "tomlkit"),
    *("ai-edge-litert", "tflite-runtime", "picamera2", "pygame"),
)
_COMMAND_S = 3.0
_BOOTLOADER = "/proc/device-tree/chosen/bootloader"


def lines(appliance: Appliance) -> Iterator[str]:
    """Edge, the machine from the board up, and packages."""
    system = appliance.system
    release = dict(line.partition("=")[::2] for line in system.read("/etc/os-release").splitlines())
    yield f"Edge            {__version__}"
    board = system.read("/proc/device-tree/model") or system.read("/sys/class/dmi/id/product_name")
    yield f"board           {board or 'does not say what it is'}"
    yield from _firmware(appliance)
    yield f"kernel          {system.read('/proc/sys/kernel/osrelease')}, {system.machine}, pages of {system.page_bytes}"
    yield f"system          {release.get('PRETTY_NAME', 'unknown').strip(chr(34))}"
    yield f"Debian          {system.read('/etc/debian_version') or 'none'}"
    if issue := system.read("/etc/rpi-issue"):
        yield f"image           {' '.join(issue.split())}"
    yield f"Python          {'.'.join(map(str, sys.version_info[:3]))}, {sys.executable}"
    yield "packages of Debian:"
    yield from _debian_packages(appliance)
    yield "packages that this Python finds:"
    for name in _PYTHON:
        with suppress(PackageNotFoundError):
            yield f"  {name} {version(name)}"


def _firmware(appliance: Appliance) -> Iterator[str]:
    """As a Raspberry Pi tells; nothing on other machines."""
    if not appliance.system.is_raspberry_pi:
        return
    for name, word in (("firmware", "version"), ("bootloader", "bootloader_version")):
        try:
            yield f"{name:<16}{' | '.join(appliance.output(('vcgencmd', word), _COMMAND_S).splitlines())}"
        except UnavailableError as reason:
            yield f"{name:<16}not available: {reason}"
    if built := appliance.system.number(f"{_BOOTLOADER}/build-timestamp"):
        yield f"bootloader of   {built} (seconds since 1970)"


def _debian_packages(appliance: Appliance) -> Iterator[str]:
    form = "--showformat=${db:Status-Status} ${Package} ${Version} ${Architecture}\\n"
    done = appliance.system.run(("dpkg-query", "--show", form, *_DEBIAN), _COMMAND_S)
    if not done.text:
        yield f"  not available: {done.complaint.partition(chr(10))[0] or 'none of them is installed'}"
    for line in done.text.splitlines():
        status, _, package = line.partition(" ")
        if status != "not-installed":
            yield f"  {package}{'' if status == 'installed' else f' ({status})'}"
