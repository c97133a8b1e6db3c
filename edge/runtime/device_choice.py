"""Where a model is to be computed, as the configuration says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

ALLOWED_DEVICES = "auto, cpu, edgetpu, or one of several such as edgetpu:usb:0 or edgetpu:pci:1"

DEVICE_PATTERN = "auto|cpu|edgetpu(:(usb|pci):[0-9]{1,3})?"
"""What a value of a key ``device`` looks like, as a regular expression."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """``auto``: on an EdgeTPU where there is one that can; ``edgetpu``: the same, and it is told where there is none.

    ``device`` is the name of the EdgeTPU that it has to be, such as ``usb:0``; empty for any.
    """

    kind: Literal["auto", "cpu", "edgetpu"]
    device: str = ""


_ANY = {"auto": DeviceChoice("auto"), "cpu": DeviceChoice("cpu"), "edgetpu": DeviceChoice("edgetpu")}


def parse_device(text: str) -> DeviceChoice:
    """What a value of a key ``device`` stands for.

    Raises:
        ValueError: it stands for nothing; the sentence says what is allowed.
    """
    if text in _ANY:
        return _ANY[text]
    if not re.fullmatch(DEVICE_PATTERN, text):
        raise ValueError(f"must be {ALLOWED_DEVICES}")
    _, bus, number = text.split(":")
    return DeviceChoice("edgetpu", f"{bus}:{int(number)}")
