"""Resampling a picture, RGB or I420, by an affine map.

A coordinate is the number of a pixel, with no half added for its middle: MediaPipe's models are used to this, and its
golden pictures show it.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.tasks.common.placement import pixel_span
from edge.types import FULL_FRAME, i420_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import Box, FloatArray, ImageArray

_CORNERS = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]], np.float32)
_BLACK_RGB, _BLACK_I420 = (0, 0, 0), (16, 128, 128)


class Warper:
    """Fills pictures of one size from any part of others, bilinearly; what lies beyond them or their bounds is black.

    With ``replicate`` its edge goes on there. Height and width of ``size`` are even. With ``through_rgba`` a colour may
    be one step off, and RGB pictures take less than half the time.
    """

    def __init__(self, size: tuple[int, int], *, replicate: bool = False, through_rgba: bool = False) -> None:
        self._height, self._width = size
        self._rgba: ImageArray | None = np.empty((*size, 4), np.uint8) if through_rgba else None
        self._border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
        self._small: ImageArray = np.empty((self._height * 3 // 2, self._width), np.uint8)

    def warp(self, image: ImageArray, matrix: FloatArray, target: ImageArray, bounds: Box = FULL_FRAME) -> None:
        """Fill ``target``, ``(height, width, 3) uint8`` RGB, from ``image`` as in ``Frame.image``.

        ``matrix`` is ``(2, 3)`` and takes x, y, 1 with 0..1 of the target to pixels of the picture. ``bounds``,
        normalised to it, have at least one pixel; of I420 their edge may have the colour of a pixel beyond them.
        """
        if image.ndim == target.ndim and self._rgba is not None:
            self._resample_rgba(image, matrix, self._rgba, bounds)
            cv2.cvtColor(self._rgba, cv2.COLOR_RGBA2RGB, dst=target)
            return
        if image.ndim == target.ndim:
            self._resample(image, matrix, target, _BLACK_RGB, bounds)
            return
        # The small planes are turned to RGB, not all of the picture.
        for source, small, black in zip(i420_planes(image), i420_planes(self._small), _BLACK_I420, strict=True):
            scale = np.float32(source.shape[1] / image.shape[1])
            self._resample(source, matrix * scale, small, (black,), bounds)
        cv2.cvtColor(self._small, cv2.COLOR_YUV2RGB_I420, dst=target)

    def _resample_rgba(self, source: ImageArray, matrix: FloatArray, target: ImageArray, bounds: Box) -> None:
        """Pixels of four bytes are resampled far faster than those of three: what is needed of them is made such."""
        part = _needed(matrix, bounds, (source.shape[0], source.shape[1]))
        rgba = cv2.cvtColor(source[part], cv2.COLOR_RGB2RGBA)
        origin = np.array((part[1].start, part[0].start), np.float32)
        moved = np.column_stack((matrix[:, :2], matrix[:, 2] - origin))
        self._resample(np.asarray(rgba, np.uint8), moved, target, _BLACK_RGB, FULL_FRAME)

    def _resample(
        self, source: ImageArray, matrix: FloatArray, target: ImageArray, black: Sequence[int], bounds: Box
    ) -> None:
        height, width = target.shape[:2]
        top, bottom = pixel_span(bounds.y, bounds.height, source.shape[0])
        left, right = pixel_span(bounds.x, bounds.width, source.shape[1])
        steps = matrix[:, :2] / np.array((width, height), np.float32)
        cv2.warpAffine(
            source[top:bottom, left:right],
            np.column_stack((steps, matrix[:, 2] - np.array((left, top), np.float32))),
            (width, height),
            dst=target,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=self._border,
            borderValue=black,
        )


def _needed(matrix: FloatArray, bounds: Box, size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns within ``bounds`` that a part of a picture is made of, and a pixel beside them; at least one."""
    corners = _CORNERS @ matrix.T
    low, high = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    (top, bottom), (left, right) = (
        pixel_span(begin, length, px)
        for begin, length, px in ((bounds.y, bounds.height, size[0]), (bounds.x, bounds.width, size[1]))
    )
    return _within(low[1], high[1], top, bottom), _within(low[0], high[0], left, right)


def _within(low: float, high: float, begin: int, end: int) -> slice:
    first = min(max(floor(low) - 1, begin), end - 1)
    return slice(first, max(min(ceil(high) + 2, end), first + 1))
