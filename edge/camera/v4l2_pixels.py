"""What V4L2 cameras deliver, as RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.camera.jpeg import decode_jpeg, read_layout

if TYPE_CHECKING:
    from edge.camera.v4l2_device import Mode
    from edge.types import ImageArray


def to_rgb(data: memoryview, mode: Mode) -> ImageArray | None:
    """One captured picture as ``(height, width, 3) uint8`` RGB; None if it is damaged or of another size."""
    pixels = np.frombuffer(data, np.uint8)
    return _mjpeg_to_rgb(pixels, mode) if mode.fourcc == "MJPG" else _yuyv_to_rgb(pixels, mode)


def _yuyv_to_rgb(pixels: ImageArray, mode: Mode) -> ImageArray | None:
    stride = mode.stride or 2 * mode.width
    if pixels.size < stride * mode.height:
        return None
    rows = pixels[: stride * mode.height].reshape(mode.height, stride)[:, : 2 * mode.width]
    picture = rows.reshape(mode.height, mode.width, 2)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_YUV2RGB_YUYV), np.uint8)


def _mjpeg_to_rgb(pixels: ImageArray, mode: Mode) -> ImageArray | None:
    data = pixels.tobytes()
    layout = read_layout(data)
    if (layout.width, layout.height) != (mode.width, mode.height):
        return None
    decoded = decode_jpeg(data, layout, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if decoded is None else np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)
