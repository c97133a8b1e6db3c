"""What the values of the keys ``device`` stand for."""

from __future__ import annotations

import pytest

from edge.runtime.device_choice import DeviceChoice, parse_device


def test_a_kind_is_any_device_of_it() -> None:
    assert parse_device("auto") == DeviceChoice("auto")
    assert parse_device("cpu") == DeviceChoice("cpu")
    assert parse_device("edgetpu") == DeviceChoice("edgetpu", device="")


@pytest.mark.parametrize(("text", "device"), [("edgetpu:usb:0", "usb:0"), ("edgetpu:pci:12", "pci:12")])
def test_one_of_several_is_named_by_bus_and_number(text: str, device: str) -> None:
    assert parse_device(text) == DeviceChoice("edgetpu", device)


@pytest.mark.parametrize(
    "text", ["", "gpu", "EdgeTPU", "edgetpu:", "edgetpu:usb", "edgetpu:usb:-1", "edgetpu:0", "edgetpu:usb:٣", "usb:0"]
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be auto, cpu, edgetpu, or one of several such as edgetpu:usb:0"):
        parse_device(text)
