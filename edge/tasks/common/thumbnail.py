"""A frame as a small grey picture, and what has happened between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from edge.types import i420_planes

if TYPE_CHECKING:
    from edge.types import Frame, ImageArray

Change: TypeAlias = Literal["still", "motion", "cut"]

THUMBNAIL_SHAPE = 24, 32
"""Rows and columns."""
_MOTION_LEVELS, _MOTION_SHARE = 12, 0.005
_CUT_LEVELS, _CUT_SHARE = 30, 0.7


def thumbnail(frame: Frame) -> ImageArray:
    """``(24, 32) uint8``: the brightness of a frame, averaged over areas (of RGB: the green)."""
    import cv2  # noqa: PLC0415  # a replay has no pictures and needs no OpenCV

    grey = frame.image[:, :, 1] if frame.pixel_format == "rgb" else i420_planes(frame.image)[0]
    small = cv2.resize(np.ascontiguousarray(grey), THUMBNAIL_SHAPE[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def change_between(before: ImageArray, after: ImageArray) -> Change:
    """What happened between two small grey pictures ``(height, width) uint8`` of one size.

    ``cut``: more than 70 % of the places differ by more than 30 of 255, as when another scene is shown or the light
    goes out. ``motion``: more than 0.5 % differ by more than 12. Pictures are averages over areas, so noise is less.
    """
    differs = np.abs(after.astype(np.int16) - before)
    if (differs > _CUT_LEVELS).mean() > _CUT_SHARE:
        return "cut"
    return "motion" if (differs > _MOTION_LEVELS).mean() > _MOTION_SHARE else "still"
