from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest

from edge.camera.image_header import ImageHeader, read_header


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".webp"])
def test_the_size_is_read_without_decoding(suffix: str) -> None:
    _, data = cv2.imencode(suffix, np.full((37, 53, 3), 120, np.uint8))
    assert read_header(data.tobytes()) == ImageHeader(53, 37, complete=True)


@pytest.mark.parametrize("quality", [50, 101])
def test_webp_lossy_and_lossless(quality: int) -> None:
    _, data = cv2.imencode(".webp", np.full((37, 53, 3), 120, np.uint8), [cv2.IMWRITE_WEBP_QUALITY, quality])
    assert read_header(data.tobytes()) == ImageHeader(53, 37, complete=True)


def test_extended_webp_and_gif() -> None:
    extended = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (52).to_bytes(3, "little") + (36).to_bytes(3, "little")
    assert read_header(b"RIFF" + struct.pack("<I", len(extended)) + extended) == ImageHeader(53, 37, complete=True)
    assert read_header(b"GIF89a" + struct.pack("<HH", 53, 37)) == ImageHeader(53, 37, complete=True)


def test_anything_else_is_unknown() -> None:
    assert read_header(b"II*\x00 a TIFF") is None
    assert read_header(b"") is None
