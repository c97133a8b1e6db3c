"""A Coral on PCIe, M.2 included: the kernel's driver for it, and what a Raspberry Pi 5 needs besides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edge.doctor.checks.debian import package_version
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.runtime.edgetpu.devices import find_edgetpus, pcie_without_driver, temperature_c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_BOOT = "/boot/firmware/config.txt"
_PAGE = "docs/coral.md has how"
_NONE = "no Coral is on PCIe"
_DMA, _WRONG_DMA = "pcie-32bit-dma-pi5", "pcie-32bit-dma"
_SETS_INTERRUPTS = {_DMA, "pineboards-hat-ai"}
# gasket-driver, src/gasket_core.c: LAMED where the interrupts could not be set up, DEAD where nothing answers.
_ALIVE = "ALIVE"
# Its src/apex_driver.c: from the first trip point on, 85 °C unless set otherwise, it slows itself down.
_SLOWS_AT_MC, _MILLI = 85_000, 1000


def is_on_pcie(system: System) -> bool:
    """Whether one is there, with or without a driver."""
    return pcie_without_driver(system) or any(tpu.kind == "pci" for tpu in find_edgetpus(system))


def driver_missing(system: System) -> Finding:
    """What keeps the driver from it: none, one that could not be built for this kernel, one that is not loaded."""
    name, kernel = "edgetpu.device", system.read("/proc/sys/kernel/osrelease") or "of unknown version"
    lacks = "a Coral is on PCIe, but"
    if system.exists("/sys/module/apex"):
        why = f"{lacks} its driver (apex) is loaded and has not taken it"
        return failed(
            name, why, f"see edgetpu.pcie, and what the driver says: sudo dmesg | grep -E 'apex|gasket'; {_PAGE}"
        )
    if system.find(f"/lib/modules/{kernel}/**/apex.ko*"):
        why = f"{lacks} its driver for kernel {kernel} is not loaded"
        return failed(name, why, "run: sudo modprobe apex; and look at: sudo dmesg | grep -E 'apex|gasket'")
    version = package_version(system, "gasket-dkms")
    if version:
        why = f"{lacks} gasket-dkms {version} has made no driver for kernel {kernel}"
        fix = (
            "Google's 1.0-18 cannot be built for kernels from 6.8 on; take a source that can, with the kernel's headers"
        )
        return failed(name, why, f"{fix}; {_PAGE}; until then the CPU runs the models")
    why = f"{lacks} there is no driver for kernel {kernel}"
    return failed(name, why, f"install gasket-dkms, built for this kernel; {_PAGE}; until then the CPU runs the models")


def pcie(subject: Subject) -> Iterator[Finding]:
    """Whether its interrupts arrive; on a Raspberry Pi 5 that takes an overlay."""
    name, system = "edgetpu.pcie", subject.system
    overlays = _overlays(system) if _is_pi_5(system) else None
    if not is_on_pcie(system):
        yield skipped(name, _NONE)
        return
    lame = [tpu for tpu in find_edgetpus(system) if tpu.kind == "pci" and _status(system, tpu.path) != _ALIVE]
    if overlays is not None and _WRONG_DMA in overlays:
        why = f"dtoverlay={_WRONG_DMA} in {_BOOT} is for the Pi 4; on a Pi 5 it disturbs other parts (RP1)"
        yield warning(name, why, f"replace it by dtoverlay={_DMA} and reboot")
    elif overlays is not None and not overlays & _SETS_INTERRUPTS and (lame or pcie_without_driver(system)):
        why = f"on a Pi 5 the interrupts of a Coral need an overlay, and none is in {_BOOT}"
        yield failed(name, why, f"add the line dtoverlay={_DMA} (with a current kernel and firmware) and reboot")
    elif lame:
        why = f"the driver says that {lame[0].name} is {_status(system, lame[0].path)}: its interrupts do not arrive"
        yield failed(name, why, f"see: sudo dmesg | grep -E 'apex|gasket'; update kernel and firmware; {_PAGE}")
    elif pcie_without_driver(system):
        yield skipped(name, "no driver has taken the Coral; see edgetpu.device")
    else:
        yield ok(name, "the driver has the Coral and its interrupts")


def temperature(subject: Subject) -> Iterator[Finding]:
    """One on PCIe has a sensor and slows itself down."""
    name, system = "edgetpu.temperature", subject.system
    degrees = {tpu: temperature_c(system, tpu) for tpu in find_edgetpus(system)}
    for tpu, celsius in degrees.items():
        if celsius is None:
            continue
        slows_at_c = int(system.read(f"{tpu.path}/trip_point0_temp") or _SLOWS_AT_MC) / _MILLI
        why = f"{tpu.name} is at {celsius:.0f} °C"
        if celsius >= slows_at_c:
            fix = "give it a heat sink and air; less work helps too: pose.max_rate_hz"
            yield warning(name, f"{why}; from {slows_at_c:.0f} °C on it slows itself down", fix)
        else:
            yield ok(name, why)
    if all(celsius is None for celsius in degrees.values()):
        yield skipped(name, "no Coral says how warm it is; only one on PCIe does")


def _status(system: System, path: str) -> str:
    return system.read(f"{path}/status") or _ALIVE


def _is_pi_5(system: System) -> bool:
    return re.search(r"Raspberry Pi (5|500|Compute Module 5)\b", system.read("/proc/device-tree/model")) is not None


def _overlays(system: System) -> set[str]:
    """The names of the overlays that the configuration of the boot asks for."""
    return set(re.findall(r"^\s*dtoverlay=([\w-]+)", system.read(_BOOT), re.MULTILINE))
