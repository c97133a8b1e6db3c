"""Resampling a picture, RGB or I420, by an affine map.

A coordinate is the number of a pixel, with no half added for its middle: MediaPipe's models are used to this, and its
golden pictures show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from edge.tasks.common.placement import pixel_span
from edge.types import FULL_FRAME, i420_planes

if TYPE_CHECKING:
    from edge.types import Box, FloatArray, ImageArray

_Part: TypeAlias = tuple[slice, slice]
"""Rows and columns of a picture."""
_Rows: TypeAlias = Sequence[Sequence[float]]
"""Those of a matrix; a handful of numbers is computed faster without numpy."""

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
        if image.ndim != target.ndim:
            self._warp_planes(image, matrix, target, bounds)
            return
        rows, part = matrix.tolist(), _part(bounds, image)
        if self._rgba is None:
            self._resample(image[part], part, rows, target, _BLACK_RGB)
            return
        # Pixels of four bytes are resampled far faster than those of three: what is needed of them is made such.
        part = _needed(rows, part)
        pixels = np.asarray(cv2.cvtColor(image[part], cv2.COLOR_RGB2RGBA), np.uint8)
        self._resample(pixels, part, rows, self._rgba, _BLACK_RGB)
        cv2.cvtColor(self._rgba, cv2.COLOR_RGBA2RGB, dst=target)

    def _warp_planes(self, image: ImageArray, matrix: FloatArray, target: ImageArray, bounds: Box) -> None:
        """The small planes are turned to RGB, not all of the picture."""
        for source, small, black in zip(i420_planes(image), i420_planes(self._small), _BLACK_I420, strict=True):
            scale, part = np.float32(source.shape[1] / image.shape[1]), _part(bounds, source)
            self._resample(source[part], part, (matrix * scale).tolist(), small, (black,))
        cv2.cvtColor(self._small, cv2.COLOR_YUV2RGB_I420, dst=target)

    def _resample(self, pixels: ImageArray, part: _Part, rows: _Rows, target: ImageArray, black: Sequence[int]) -> None:
        """Fill ``target`` from the ``pixels`` in a part of a picture."""
        height, width = target.shape[:2]
        (x_across, x_down, x), (y_across, y_down, y) = rows
        down, across = part
        cv2.warpAffine(
            pixels,
            np.array(
                (
                    (x_across / width, x_down / height, x - across.start),
                    (y_across / width, y_down / height, y - down.start),
                )
            ),
            (width, height),
            dst=target,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=self._border,
            borderValue=black,
        )


def _part(bounds: Box, picture: ImageArray) -> _Part:
    """The pixels within ``bounds``."""
    height, width = picture.shape[:2]
    return slice(*pixel_span(bounds.y, bounds.height, height)), slice(*pixel_span(bounds.x, bounds.width, width))


def _needed(rows: _Rows, part: _Part) -> _Part:
    """What of a part is seen where a matrix of ``rows`` looks, and a pixel beside it; at least one pixel."""
    across, down = (
        _within(begin + min(a, 0) + min(b, 0), begin + max(a, 0) + max(b, 0), pixels)
        for (a, b, begin), pixels in zip(rows, reversed(part), strict=True)
    )
    return down, across


def _within(low: float, high: float, pixels: slice) -> slice:
    first = min(max(floor(low) - 1, pixels.start), pixels.stop - 1)
    return slice(first, max(min(ceil(high) + 2, pixels.stop), first + 1))
