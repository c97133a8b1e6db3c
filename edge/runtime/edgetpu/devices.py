"""The EdgeTPUs of this machine, as the kernel shows them in ``/sys``; none is opened for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.base.machine_files import MachineFiles

Kind: TypeAlias = Literal["usb", "pci"]

_BARE_CHIP, _CORAL = ("1a6e", "089a"), ("18d1", "9302")
"""Global Unichip's until libedgetpu has loaded the firmware, then it comes back as Google's."""
USB_IDS = (_BARE_CHIP, _CORAL)
"""Vendor and product of one on USB."""
_PCI_ID = ("0x1ac1", "0x089a")
_MILLI = 1000


@dataclass(frozen=True, slots=True)
class EdgeTpu:
    """One that is attached.

    ``path`` is where the kernel shows it, as ``/sys/bus/usb/devices/2-1`` or ``/sys/class/apex/apex_0``; as long as it
    is plugged in there it is the same one. ``index`` counts those of its kind in the order of their paths. ``node`` is
    what is opened to use it. On USB, ``has_firmware`` is False until its first use, and ``speed_mbit_s`` says how fast
    its line runs; 0 is unknown.
    """

    kind: Kind
    index: int
    path: str
    node: str
    has_firmware: bool = True
    speed_mbit_s: float = 0.0

    @property
    def name(self) -> str:
        """What the configuration and libedgetpu call it, as ``usb:0``."""
        return f"{self.kind}:{self.index}"


def find_edgetpus(files: MachineFiles) -> tuple[EdgeTpu, ...]:
    """All that are attached: USB first, then PCIe with a driver."""
    return (*_on_usb(files), *_on_pcie(files))


def pcie_without_driver(files: MachineFiles) -> bool:
    """Whether one is on PCIe, M.2 included, that no driver has taken."""
    ids = (
        (files.read(f"{path}/vendor"), files.read(f"{path}/device")) for path in files.find("/sys/bus/pci/devices/*")
    )
    return not files.find("/sys/class/apex/apex_*") and _PCI_ID in ids


def temperature_c(files: MachineFiles, tpu: EdgeTpu) -> float | None:
    """How warm the chip is; None where it does not say: on USB none does."""
    try:
        return int(files.read(f"{tpu.path}/temp")) / _MILLI if tpu.kind == "pci" else None
    except ValueError:
        return None


def _on_usb(files: MachineFiles) -> Iterator[EdgeTpu]:
    index = 0
    for path in files.find("/sys/bus/usb/devices/*"):
        ids = (files.read(f"{path}/idVendor"), files.read(f"{path}/idProduct"))
        if ids not in USB_IDS:
            continue
        bus, number, speed = (_number(files.read(f"{path}/{name}")) for name in ("busnum", "devnum", "speed"))
        if bus and number:  # else it is being unplugged right now
            node = f"/dev/bus/usb/{int(bus):03d}/{int(number):03d}"
            yield EdgeTpu("usb", index, path, node, has_firmware=ids == _CORAL, speed_mbit_s=speed)
            index += 1


def _on_pcie(files: MachineFiles) -> Iterator[EdgeTpu]:
    for index, path in enumerate(files.find("/sys/class/apex/apex_*")):
        yield EdgeTpu("pci", index, path, f"/dev/{path.rpartition('/')[2]}")


def _number(text: str) -> float:
    """What a file of the kernel says; 0 where it says none, or "unknown"."""
    try:
        return float(text)
    except ValueError:
        return 0.0
