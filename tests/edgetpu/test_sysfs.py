"""The tree that tests plug into is one in which EdgeTPUs are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.machine_files import MachineFiles
from edge.runtime.edgetpu.devices import EdgeTpu, find_edgetpus, pcie_without_driver, temperature_c
from tests.edgetpu.sysfs import Sysfs
from tests.standin.control import PORT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_stick_that_comes_goes_and_comes_again(tmp_path: Path) -> None:
    sysfs, files = Sysfs(tmp_path), MachineFiles(tmp_path)
    assert find_edgetpus(files) == ()
    sysfs.plug()
    assert find_edgetpus(files) == (
        EdgeTpu("usb", 0, f"/sys/bus/usb/devices/{PORT}", "/dev/bus/usb/002/002", speed_mbit_s=5000),
    )
    sysfs.unplug()
    assert find_edgetpus(files) == ()
    sysfs.plug(has_firmware=False)
    before = find_edgetpus(files)[0]
    sysfs.load_firmware()
    after = find_edgetpus(files)[0]
    assert (before.has_firmware, after.has_firmware) == (False, True)
    assert (before.path, before.node, after.node) == (after.path, "/dev/bus/usb/002/003", "/dev/bus/usb/002/004")


def test_a_card_with_a_driver_and_without(tmp_path: Path) -> None:
    sysfs, files = Sysfs(tmp_path), MachineFiles(tmp_path)
    sysfs.plug_pcie(has_driver=False)
    assert pcie_without_driver(files)
    sysfs.unplug_pcie()
    sysfs.plug_pcie()
    (card,) = find_edgetpus(files)
    assert (card.name, card.node, temperature_c(files, card)) == ("pci:0", "/dev/apex_0", 48.3)
    assert not pcie_without_driver(files)


def test_libedgetpu_is_told_of_the_same(tmp_path: Path) -> None:
    sysfs = Sysfs(tmp_path)
    sysfs.plug("2-1")
    sysfs.plug("1-1.3")
    sysfs.plug_pcie()
    assert sysfs.attached() == [
        "pci /sys/class/apex/apex_0",
        "usb /sys/bus/usb/devices/1-1.3",
        "usb /sys/bus/usb/devices/2-1",
    ]
