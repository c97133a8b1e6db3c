"""libedgetpu says its version and what it sees, in its own order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.edgetpu.library import Library
from edge.runtime.edgetpu.lost import LibraryMissing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.standin.control import Control

STICKS = [
    EdgeTpu("usb", n, f"/sys/bus/usb/devices/{port}", f"/dev/bus/usb/{n}") for n, port in enumerate(("1-2", "3-1"))
]
CARD = EdgeTpu("pci", 0, "/sys/class/apex/apex_0", "/dev/apex_0")


def test_it_lists_what_is_attached(edgetpu: Control, edgetpu_library: Path) -> None:
    library = Library(str(edgetpu_library))
    edgetpu.attach("usb /sys/bus/usb/devices/3-1", "pci /dev/apex_0", "usb /sys/bus/usb/devices/1-2")
    assert library.devices() == [
        ("usb", "/sys/bus/usb/devices/3-1"),
        ("pci", "/dev/apex_0"),
        ("usb", "/sys/bus/usb/devices/1-2"),
    ]
    assert [library.device_name(tpu) for tpu in (*STICKS, CARD)] == ["usb:1", "usb:0", "pci:0"]
    assert library.version() == "BuildLabel(stand-in), RuntimeVersion(14)"


def test_one_that_it_does_not_see_has_the_index_of_its_path(edgetpu: Control, edgetpu_library: Path) -> None:
    edgetpu.attach()
    library = Library(str(edgetpu_library))
    assert library.devices() == []
    assert library.device_name(STICKS[1]) == "usb:1"


def test_a_library_that_is_none_or_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing, match="install libedgetpu1-std"):
        Library(str(tmp_path / "libedgetpu.so.1"))
    libc = Library("libc.so.6")
    assert (libc.version(), libc.devices(), libc.device_name(CARD)) == ("", [], "pci:0")
