"""EdgeTPUs in trees of ``/sys`` as people have shown them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.runtime.edgetpu.devices import EdgeTpu, find_edgetpus, pcie_without_driver, temperature_c

if TYPE_CHECKING:
    from pathlib import Path

BARE_CHIP, CORAL, HUB = ("1a6e", "089a"), ("18d1", "9302"), ("1d6b", "0003")


@dataclass(frozen=True)
class Machine:
    """A tree of ``/sys``."""

    root: Path

    @property
    def files(self) -> MachineFiles:
        return MachineFiles(self.root)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")

    def usb(self, name: str, ids: tuple[str, str], *, devnum: int, speed: str = "5000") -> None:
        folder = f"sys/bus/usb/devices/{name}"
        self.write(f"{folder}:1.0/bInterfaceClass", "ff")
        bus = name.partition("-")[0]
        for file, text in zip(
            ("idVendor", "idProduct", "busnum", "devnum", "speed"), (*ids, bus, str(devnum), speed), strict=True
        ):
            self.write(f"{folder}/{file}", text)

    def unplug(self, name: str) -> None:
        shutil.rmtree(self.root / "sys/bus/usb/devices" / name)

    def pcie_slot(self) -> None:
        self.write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x1ac1")
        self.write("sys/bus/pci/devices/0000:01:00.0/device", "0x089a")

    def apex(self, index: int, temperature: str = "48300") -> None:
        self.write(f"sys/class/apex/apex_{index}/temp", temperature)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.usb("usb1", HUB, devnum=1, speed="480")
    made.usb("usb2", HUB, devnum=1)
    return made


def test_a_machine_without_one(machine: Machine) -> None:
    assert find_edgetpus(machine.files) == ()
    assert not pcie_without_driver(machine.files)


def test_one_on_usb_that_has_been_used(machine: Machine) -> None:
    machine.usb("2-1", CORAL, devnum=4)
    (found,) = find_edgetpus(machine.files)
    assert found == EdgeTpu("usb", 0, "/sys/bus/usb/devices/2-1", "/dev/bus/usb/002/004", speed_mbit_s=5000)
    assert found.name == "usb:0"
    assert temperature_c(machine.files, found) is None


def test_a_first_use_brings_it_back_elsewhere(machine: Machine) -> None:
    machine.usb("1-1.4", BARE_CHIP, devnum=3, speed="480")
    (before,) = find_edgetpus(machine.files)
    assert before.node == "/dev/bus/usb/001/003"
    assert not before.has_firmware
    machine.unplug("1-1.4")
    assert find_edgetpus(machine.files) == ()
    machine.usb("2-1.4", CORAL, devnum=2)
    (after,) = find_edgetpus(machine.files)
    assert (after.name, after.node, after.has_firmware) == ("usb:0", "/dev/bus/usb/002/002", True)


def test_several_are_counted_by_kind_in_the_order_of_their_paths(machine: Machine) -> None:
    machine.usb("2-2", CORAL, devnum=5)
    machine.usb("1-1.2", BARE_CHIP, devnum=9, speed="480")
    machine.apex(0)
    machine.apex(1)
    found = find_edgetpus(machine.files)
    assert [(tpu.name, tpu.node) for tpu in found] == [
        ("usb:0", "/dev/bus/usb/001/009"),
        ("usb:1", "/dev/bus/usb/002/005"),
        ("pci:0", "/dev/apex_0"),
        ("pci:1", "/dev/apex_1"),
    ]
    assert [tpu.speed_mbit_s for tpu in found] == [480, 5000, 0, 0]


def test_one_on_pcie_needs_a_driver(machine: Machine) -> None:
    machine.pcie_slot()
    assert find_edgetpus(machine.files) == ()
    assert pcie_without_driver(machine.files)
    machine.apex(0)
    (found,) = find_edgetpus(machine.files)
    assert found == EdgeTpu("pci", 0, "/sys/class/apex/apex_0", "/dev/apex_0")
    assert not pcie_without_driver(machine.files)


@pytest.mark.parametrize(("text", "degrees"), [("48300", 48.3), ("-1500", -1.5), ("", None), ("N/A", None)])
def test_how_warm_one_on_pcie_is(machine: Machine, text: str, degrees: float | None) -> None:
    machine.apex(0, text)
    (tpu,) = find_edgetpus(machine.files)
    assert temperature_c(machine.files, tpu) == degrees


def test_one_that_is_just_being_unplugged_is_none(machine: Machine) -> None:
    machine.usb("2-1", CORAL, devnum=4)
    machine.usb("2-2", CORAL, devnum=5)
    (machine.root / "sys/bus/usb/devices/2-1/devnum").unlink()
    (left,) = find_edgetpus(machine.files)
    assert (left.name, left.path) == ("usb:0", "/sys/bus/usb/devices/2-2")


def test_a_line_of_unknown_speed(machine: Machine) -> None:
    machine.usb("2-1", CORAL, devnum=4, speed="unknown")
    (tpu,) = find_edgetpus(machine.files)
    assert tpu.speed_mbit_s == 0
