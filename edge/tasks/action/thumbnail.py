"""A picture as a few grey places: enough to see that something changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.types import i420_planes

if TYPE_CHECKING:
    from edge.types import Frame, ImageArray

SIZE = (32, 24)
"""Width and height."""


def thumbnail(frame: Frame) -> ImageArray:
    """``(24, 32) uint8``: the brightness of a frame, averaged over areas (of RGB: the green)."""
    grey = frame.image[:, :, 1] if frame.pixel_format == "rgb" else i420_planes(frame.image)[0]
    return np.asarray(cv2.resize(np.ascontiguousarray(grey), SIZE, interpolation=cv2.INTER_AREA), np.uint8)
