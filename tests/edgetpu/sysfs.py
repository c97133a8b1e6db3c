"""A tree of ``/sys`` into which EdgeTPUs are plugged, and out of which they are pulled, while somebody looks."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.standin.control import PORT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BARE_CHIP, CORAL = ("1a6e", "089a"), ("18d1", "9302")
"""Vendor and product on USB, before the first use and after it."""


class Sysfs:
    """The folder ``sys`` below ``root``; what is plugged in appears and disappears as a whole."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._usb, self._apex, self._pci = (
            root / "sys" / name for name in ("bus/usb/devices", "class/apex", "bus/pci/devices")
        )
        self._unfinished = root / "sys" / "unfinished"
        self._numbers: dict[str, int] = {}
        self._usb.mkdir(parents=True, exist_ok=True)

    def plug(self, port: str = PORT, *, has_firmware: bool = True, speed_mbit_s: int = 5000) -> None:
        """Plug a stick in; as each that is plugged in, or comes back, it gets the next number of its bus."""
        bus = port.partition("-")[0]
        self._numbers[bus] = number = self._numbers.get(bus, 1) + 1
        vendor, product = CORAL if has_firmware else BARE_CHIP
        files = {"idVendor": vendor, "idProduct": product, "busnum": bus, "devnum": str(number)}
        self._appear(self._usb / port, files | {"speed": str(speed_mbit_s)})

    def unplug(self, port: str = PORT) -> None:
        """Pull a stick out."""
        self._disappear(self._usb / port)

    def load_firmware(self, port: str = PORT) -> None:
        """What the first use of a stick does: it leaves the bus, and comes back as another one."""
        self.unplug(port)
        self.plug(port)

    def plug_pcie(self, number: int = 0, *, temperature_c: float = 48.3, has_driver: bool = True) -> None:
        """Have a card on PCIe."""
        self._appear(self._pci / f"0000:0{number + 1}:00.0", {"vendor": "0x1ac1", "device": "0x089a"})
        if has_driver:
            self._appear(self._apex / f"apex_{number}", {"temp": str(round(temperature_c * 1000))})

    def unplug_pcie(self, number: int = 0) -> None:
        """Have a card on PCIe no more."""
        for place in (self._apex / f"apex_{number}", self._pci / f"0000:0{number + 1}:00.0"):
            self._disappear(place)

    def attached(self) -> list[str]:
        """The same devices as the stand-in for libedgetpu is told of them, in the order of their paths."""
        sticks = [f"usb /sys/bus/usb/devices/{place.name}" for place in sorted(self._usb.iterdir())]
        cards = sorted(self._apex.iterdir()) if self._apex.exists() else []
        return [*(f"pci /sys/class/apex/{place.name}" for place in cards), *sticks]

    def _appear(self, place: Path, files: Mapping[str, str]) -> None:
        self._unfinished.mkdir()
        for name, text in files.items():
            (self._unfinished / name).write_text(f"{text}\n")
        place.parent.mkdir(parents=True, exist_ok=True)
        self._unfinished.rename(place)

    def _disappear(self, place: Path) -> None:
        if place.exists():
            place.rename(self._unfinished)
            shutil.rmtree(self._unfinished)
