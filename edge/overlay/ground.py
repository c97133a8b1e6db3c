"""What results are painted on: the camera's picture, or plain ground where no pixel of it may be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import Frame, ImageArray


def ground_of(frame: Frame, *, only_skeletons: bool) -> ImageArray:
    """An image for a frame's results, ``(height, width, 3) uint8`` RGB, C-contiguous, free to be written to.

    It is a copy of the frame's picture; with ``only_skeletons`` it is of the same size, and nothing of that is in it.
    """
    if only_skeletons:
        return plain_ground(frame.size)
    image = frame.rgb()
    return image.copy() if image is frame.image else image


def plain_ground(size: tuple[int, int]) -> ImageArray:
    """Black, ``(height, width, 3) uint8``; ``size`` is height and width in pixels."""
    return np.zeros((*size, 3), np.uint8)
