"""What the tests of cameras share."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from tests.camera import stand_ins
from tests.camera.stand_ins import Hardware, Picamera2
from tests.camera.support import patches


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> Hardware:
    """A Pi 4 with a camera that shows the six patches."""
    hardware = Hardware(picture=patches())
    module = SimpleNamespace(Picamera2=Picamera2, MappedArray=stand_ins.MappedArray)
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setitem(sys.modules, "libcamera", stand_ins)
    monkeypatch.setattr(Picamera2, "hardware", hardware)
    return hardware
