from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.types import Frame, i420_planes

if TYPE_CHECKING:
    from edge.types import ImageArray


def quarters(height: int, width: int) -> ImageArray:
    """Red, green, blue and grey quarters: ``(height, width, 3) uint8``."""
    image = np.full((height, width, 3), 128, np.uint8)
    image[: height // 2, : width // 2] = (255, 0, 0)
    image[: height // 2, width // 2 :] = (0, 255, 0)
    image[height // 2 :, : width // 2] = (0, 0, 255)
    return image


def test_an_rgb_frame_is_its_own_picture() -> None:
    image = quarters(12, 20)
    frame = Frame(0, image, 0, 0)
    assert (frame.pixel_format, frame.size, frame.width, frame.height) == ("rgb", (12, 20), 20, 12)
    assert frame.rgb() is image


def test_an_i420_frame_has_the_size_of_its_picture() -> None:
    image = quarters(12, 20)
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    frame = Frame(0, planes, 0, 0)
    assert (frame.pixel_format, frame.size, frame.width, frame.height) == ("i420", (12, 20), 20, 12)
    assert np.abs(frame.rgb().astype(int) - image).max() <= 2


def test_planes_are_views() -> None:
    """Heights that are not multiples of four put both chroma planes into the same row."""
    image = np.zeros((9, 4), np.uint8)
    luma, u, v = i420_planes(image)
    luma[...], u[...], v[...] = 1, 2, 3
    assert image.ravel().tolist() == [1] * 24 + [2] * 6 + [3] * 6
