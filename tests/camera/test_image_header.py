from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest

from edge.camera import media_type as types
from edge.camera.image_header import image_size
from edge.camera.media_type import media_type
from tests.camera import odd_pictures as odd

TALL = np.full((37, 53, 3), 120, np.uint8)


def size_of(data: bytes) -> tuple[int, int] | None:
    found = media_type(data)
    return image_size(found, data) if found else None


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".webp", ".tif", ".ppm", ".pgm", ".pam", ".jp2", ".avif"])
def test_the_size_is_read_without_decoding(suffix: str) -> None:
    if not cv2.haveImageWriter(f"x{suffix}"):
        pytest.skip("OpenCV writes none here")
    assert size_of(odd.encoded(suffix, image=TALL[..., :1] if suffix == ".pgm" else TALL)) == (53, 37)


@pytest.mark.parametrize("quality", [50, 101])
def test_webp_lossy_and_lossless(quality: int) -> None:
    assert size_of(odd.encoded(".webp", cv2.IMWRITE_WEBP_QUALITY, quality, image=TALL)) == (53, 37)


def test_extended_webp_gif_and_old_bitmaps() -> None:
    extended = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (52).to_bytes(3, "little") + (36).to_bytes(3, "little")
    assert size_of(b"RIFF" + struct.pack("<I", len(extended)) + extended) == (53, 37)
    assert size_of(b"GIF89a" + struct.pack("<HH", 53, 37)) == (53, 37)
    assert size_of(odd.os2_bitmap(TALL)) == (53, 37)


def test_ascii_pictures_with_comments() -> None:
    assert size_of(b"P2\n# made by hand\n53 # wide\n37\n15\n") == (53, 37)


def test_a_directory_at_the_end_of_a_tiff_and_values_of_two_sizes() -> None:
    """The first value of a tag counts, and tiles larger than the picture are what is decoded."""
    assert size_of(odd.tiff({256: (3, 53), 257: (4, 37)}, ">")) == (53, 37)
    assert size_of(odd.tiff({256: (3, 53), 257: (3, 37), 322: (3, 64), 323: (3, 16)})) == (64, 37)


def test_a_grid_of_tiles_is_as_large_as_the_whole() -> None:
    assert size_of(odd.BOMBS["avif"]) == (odd.HUGE, odd.HUGE)


@pytest.mark.parametrize(
    "media", [types.PNG, types.JPEG, types.WEBP, types.TIFF, types.PNM, types.JPEG_2000, types.AVIF]
)
@pytest.mark.parametrize("data", [b"", b"II*\0", b"MM\0*\xff\xff\xff\xf0", b"P6 12"])
def test_what_is_cut_off_tells_no_size(media: types.MediaType, data: bytes) -> None:
    assert image_size(media, data) is None


def test_boxes_that_say_nonsense_tell_no_size() -> None:
    assert image_size(types.AVIF, b"\0\0\0\x01meta" * 9) is None
