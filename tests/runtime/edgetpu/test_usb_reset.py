"""Resetting what is no device of the USB; none that could be reset is at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.runtime.edgetpu.usb_reset import reset_usb

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stop() -> Iterator[int]:
    made = os.eventfd(0)
    yield made
    os.close(made)


def test_what_cannot_be_reset_is_told(tmp_path: Path, stop: int) -> None:
    assert reset_usb(tmp_path / "004", stop) == f"{tmp_path}/004: No such file or directory"
    assert reset_usb(Path("/dev/null"), stop) == "/dev/null: Inappropriate ioctl for device"


def test_whoever_ends_does_not_wait_for_it(tmp_path: Path, stop: int) -> None:
    os.mkfifo(tmp_path / "004")  # opening it waits for ever, as the kernel may
    os.eventfd_write(stop, 1)
    assert reset_usb(tmp_path / "004", stop) == "it did not end within 10 s"
