from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.camera.jpeg import decode_jpeg, read_layout
from tests.camera import odd_pictures as odd
from tests.camera.odd_pictures import encoded

SAMPLINGS = {"4:1:1": 0x411111, "4:2:0": 0x221111, "4:2:2": 0x211111, "4:4:0": 0x121111, "4:4:4": 0x111111}


def is_read(data: bytes) -> bool:
    return decode_jpeg(data, read_layout(data), cv2.IMREAD_COLOR) is not None


def scans_of(data: bytes) -> list[int]:
    """Where the scans begin, the first two bytes of a marker each."""
    return [at for at in range(len(data)) if data[at : at + 2] == b"\xff\xda"]


@pytest.mark.skipif(not hasattr(cv2, "IMWRITE_JPEG_SAMPLING_FACTOR"), reason="this OpenCV writes 4:2:0 only")
@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("progressive", [0, 1])
def test_every_sampling_of_colours(sampling: str, progressive: int) -> None:
    options = cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLINGS[sampling], cv2.IMWRITE_JPEG_PROGRESSIVE, progressive
    whole = encoded(".jpg", *options)
    assert is_read(whole)
    assert is_read(whole[:-2])
    for kept in (0.6, 0.7, 0.8):
        assert not is_read(whole[: round(len(whole) * kept)])
        assert not is_read(whole[: round(len(whole) * kept)] + b"\xff\xd9")


def test_a_progressive_one_that_ends_between_two_scans() -> None:
    """Each scan makes all of the picture finer: nothing is grey, but a good part is missing."""
    whole = encoded(".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    first, *later = scans_of(whole)
    assert len(later) > 4
    for at in later:
        assert not is_read(whole[: whole.rindex(b"\xff\xc4", first, at)] + b"\xff\xd9")


@pytest.mark.parametrize("value", [0, 127, 128, 255])
def test_a_picture_of_one_colour_is_whole(value: int) -> None:
    """Also where it is the grey that stands for what is missing."""
    for options in ((), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)):
        data = encoded(".jpg", *options, image=np.full((480, 640, 3), value, np.uint8))
        assert is_read(data)
        assert is_read(data[:-2])


def test_the_layout() -> None:
    data = odd.encoded(".jpg")
    layout = read_layout(data)
    assert (layout.width, layout.height, layout.is_progressive, layout.has_end) == (75, 61, False, True)
    assert data[layout.scan_at :].startswith(b"\xff\xda")
    assert layout.tables.startswith(b"\xff\xd8\xff\xdb")
    assert not read_layout(data[: layout.scan_at]).has_all_scans


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0", b"\xff\xd8\xff\xda\xff\xff", b"\xff\xd8\xff\xc0\0\3\1\xff\xda\0\0"]
)
def test_next_to_nothing_is_no_picture(data: bytes) -> None:
    assert not is_read(data)
