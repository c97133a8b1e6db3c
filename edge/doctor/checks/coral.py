"""A Coral EdgeTPU: what is plugged in, how fast, and whether the library for it loads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.doctor.checks.groups import join_groups
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.doctor.probe import ProbeError, probe
from edge.doctor.service_account import account_of, group_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

# Until its first use it is Global Unichip's bare chip; libedgetpu loads its firmware and it comes back as Google's.
_USB_IDS = {("1a6e", "089a"): "not used since it was plugged in", ("18d1", "9302"): "its firmware is loaded"}
_PCI_ID = ("0x1ac1", "0x089a")
_USB3_MBIT_S = 5000.0
_LIBRARY = "libedgetpu.so.1"
_LIBRARY_S = 10.0
_NONE = "no Coral is attached; models run on the CPU"
_DRIVER = "install its driver (gasket-dkms, modules gasket and apex) for this kernel and reboot; see: lsmod | grep apex"
_UDEV = "sudo udevadm control --reload && sudo udevadm trigger, after libedgetpu1-std has brought its udev rule"


@dataclass(frozen=True, slots=True)
class UsbCoral:
    """A Coral on USB; ``node`` is its device node, ``speed_mbit_s`` how fast its line runs (0: unknown)."""

    state: str
    node: str
    speed_mbit_s: float


def on_usb(system: System) -> list[UsbCoral]:
    """All Corals on USB."""
    return [
        _usb_coral(system, device, state)
        for device in system.find("/sys/bus/usb/devices/*")
        if (state := _USB_IDS.get((system.read(f"{device}/idVendor"), system.read(f"{device}/idProduct"))))
    ]


def on_pcie(system: System) -> bool:
    """Whether a Coral is on PCIe, M.2 included, with or without a driver."""
    devices = system.find("/sys/bus/pci/devices/*")
    return any((system.read(f"{d}/vendor"), system.read(f"{d}/device")) == _PCI_ID for d in devices)


def device(subject: Subject) -> Iterator[Finding]:
    """Whether there is one, and whether the kernel can drive it."""
    name, system = "edgetpu.device", subject.system
    corals = on_usb(system)
    for coral in corals:
        yield ok(name, f"a Coral on USB ({coral.state})")
    if on_pcie(system):
        nodes = system.find("/dev/apex_*")
        yield (
            ok(name, f"a Coral on PCIe, {nodes[0]}")
            if nodes
            else failed(name, "a Coral is on PCIe, but its driver is not loaded: there is no /dev/apex_0", _DRIVER)
        )
    elif not corals:
        yield skipped(name, _NONE)


def link(subject: Subject) -> Iterator[Finding]:
    """A Coral on USB 2 spends most of its time moving pictures."""
    name, corals = "edgetpu.link", on_usb(subject.system)
    if not corals:
        yield skipped(name, "no Coral is on USB")
    for coral in corals:
        if not coral.speed_mbit_s:
            yield skipped(name, "the kernel does not say how fast the line is")
        elif coral.speed_mbit_s < _USB3_MBIT_S:
            why = f"the Coral runs at {coral.speed_mbit_s:.0f} Mbit/s, which is USB 2, a tenth of what it can"
            yield warning(name, why, "plug it into a blue USB 3 port, with the cable it came with")
        else:
            yield ok(name, f"{coral.speed_mbit_s:.0f} Mbit/s, USB 3")


def permissions(subject: Subject) -> Iterator[Finding]:
    """Whether the appliance's user may open it."""
    name, system = "edgetpu.permissions", subject.system
    nodes = [*(coral.node for coral in on_usb(system)), *system.find("/dev/apex_*")]
    account = account_of(system)
    here = [node for node in nodes if system.exists(node)]
    closed = [node for node in here if not account.may_use(system, node)]
    if not here:
        yield skipped(name, _NONE)
    elif closed:
        group = group_name(system, closed[0])
        remedy = f"run: {_UDEV}" if group == "root" else join_groups(account, [group])
        yield failed(name, f"the user {account.name} may not open {', '.join(closed)}", remedy)
    else:
        yield ok(name, f"the user {account.name} may open {', '.join(here)}")


def library(subject: Subject) -> Iterator[Finding]:
    """Whether libedgetpu loads, tried in a child process because it can take a process down."""
    name, system = "edgetpu.library", subject.system
    is_needed = bool(on_usb(system)) or on_pcie(system)
    try:
        probe(system, "library", {"name": _LIBRARY}, _LIBRARY_S)
    except ProbeError as error:
        why = f"{_LIBRARY} cannot be loaded: {error}"
        remedy = f"install libedgetpu1-std for this system; {_LIBRARY} must match it (see: ldconfig -p | grep edgetpu)"
        yield failed(name, why, remedy) if is_needed else skipped(name, f"{_LIBRARY} is not here, and no Coral either")
    else:
        yield ok(name, f"{_LIBRARY} loads")


def _usb_coral(system: System, device: str, state: str) -> UsbCoral:
    bus, number = (int(system.read(f"{device}/{name}") or 0) for name in ("busnum", "devnum"))
    return UsbCoral(state, f"/dev/bus/usb/{bus:03d}/{number:03d}", float(system.read(f"{device}/speed") or 0))
