"""A picture whose pixels are all there is read; one of which half is missing is not."""

from __future__ import annotations

import numpy as np
import pytest

from edge.camera.image_file import load_image
from edge.camera.v4l2_device import Mode
from edge.camera.v4l2_pixels import to_rgb
from edge.errors import InputError
from tests.cases.support import CASES, classify

FOLDER = CASES / "08-whole-pictures-refused"


@pytest.mark.parametrize("name", ["noeoi.jpg", "trail.png", "sizebig.bmp"])
def test_a_whole_picture_is_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    difference = np.abs(load_image(FOLDER / name).astype(int) - load_image(FOLDER / "plain.jpg"))
    assert difference.mean() < (1 if name == "noeoi.jpg" else 12)
    assert classify(FOLDER / name) == 0
    assert capsys.readouterr().out.startswith(f"{FOLDER / name}: red")


def test_half_a_picture_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match=r"half\.jpg is truncated, damaged"):
        load_image(FOLDER / "half.jpg")
    assert classify(FOLDER / "half.jpg") == 1
    assert "is truncated, damaged or of a rare kind; copy it again" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "is_used"), [("plain.jpg", True), ("noeoi.jpg", True), ("half.jpg", False)])
@pytest.mark.parametrize("padding", [0, 3000])
def test_the_same_as_frames_of_a_usb_camera(name: str, padding: int, *, is_used: bool) -> None:
    frame = memoryview((FOLDER / name).read_bytes() + bytes(padding))
    assert (to_rgb(frame, Mode("MJPG", 96, 64, 30.0)) is not None) == is_used
