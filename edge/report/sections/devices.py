"""What is attached, and how the board feels."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

from edge.doctor.checks.coral import described
from edge.doctor.checks.power import firmware_word
from edge.monitor.connectors import SYSFS, connectors
from edge.report.appliance import UnavailableError
from edge.runtime.edgetpu.devices import find_edgetpus, pcie_without_driver, temperature_c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.system import System
    from edge.report.appliance import Appliance

# Bits of the firmware's word, from "vcgencmd get_throttled" in the Raspberry Pi documentation (computers/os).
_FLAGS = ("under-voltage", "frequency capped", "throttled", "soft temperature limit")
_SINCE_BOOT = 16
_USB = "/sys/bus/usb/devices"
_CAMERAS_S = 8.0


def lines(appliance: Appliance) -> Iterator[str]:
    """Throttling and heat, cameras, EdgeTPUs, monitors and all of USB; no serial numbers."""
    system = appliance.system
    yield _throttling(firmware_word(system))
    with suppress(ValueError):
        yield f"temperature: {int(system.read('/sys/class/thermal/thermal_zone0/temp')) / 1000:.1f} °C"
    yield "video devices:"
    yield from _or_none(f"{node}: {_video_name(system, node)}" for node in system.find("/dev/video*"))
    yield "cameras that libcamera lists:"
    yield from _libcamera(appliance)
    yield "EdgeTPUs:"
    yield from _or_none(_edgetpus(system))
    yield "outputs for monitors:"
    outputs = connectors(system.path(str(SYSFS)))
    yield from _or_none(f"{one.name}: {one.status}, {'an' if one.edid else 'no'} EDID" for one in outputs)
    yield "on USB:"
    yield from _or_none(_on_usb(system))


def _throttling(word: int | None) -> str:
    if word is None:
        return "throttling: no firmware of a Raspberry Pi answers"
    now = [flag for bit, flag in enumerate(_FLAGS) if word >> bit & 1]
    once = [flag for bit, flag in enumerate(_FLAGS) if word >> (bit + _SINCE_BOOT) & 1]
    return f"throttling: {word:#x}; now: {', '.join(now) or 'none'}; since the start: {', '.join(once) or 'none'}"


def _video_name(system: System, node: str) -> str:
    return system.read(f"/sys/class/video4linux/{PurePath(node).name}/name") or "without a name"


def _libcamera(appliance: Appliance) -> Iterator[str]:
    try:
        text = appliance.output(("rpicam-hello", "--list-cameras"), _CAMERAS_S)
    except UnavailableError as reason:
        yield f"  not available: {reason}"
        return
    yield from _or_none(iter(text.splitlines()))


def _edgetpus(system: System) -> Iterator[str]:
    for tpu in find_edgetpus(system):
        celsius = temperature_c(system, tpu)
        yield f"{tpu.name}: {described(tpu)}{'' if celsius is None else f', {celsius:.0f} °C'}"
    if pcie_without_driver(system):
        yield "one on PCIe that no driver has taken"


def _on_usb(system: System) -> Iterator[str]:
    for path in system.find(f"{_USB}/*"):
        vendor, product = (system.read(f"{path}/{name}") for name in ("idVendor", "idProduct"))
        if vendor:
            names = " ".join(filter(None, (system.read(f"{path}/{name}") for name in ("manufacturer", "product"))))
            yield f"{PurePath(path).name}: {vendor}:{product} {names} at {system.read(f'{path}/speed')} Mbit/s"


def _or_none(found: Iterator[str]) -> Iterator[str]:
    """Set in, or that there is none."""
    nothing = True
    for line in found:
        nothing = False
        yield f"  {line}"
    if nothing:
        yield "  none"
