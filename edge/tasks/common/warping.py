"""Resampling a picture, RGB or I420, by an affine map.

A coordinate is the number of a pixel, with no half added for its middle: MediaPipe's models are used to this, and its
golden pictures show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.tasks.common.placement import pixel_span
from edge.types import FULL_FRAME, i420_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import Box, FloatArray, ImageArray

_BLACK_RGB, _BLACK_I420 = (0, 0, 0), (16, 128, 128)


class Warper:
    """Fills pictures of one size from any part of others, bilinearly; what lies beyond them or their bounds is black.

    With ``replicate`` its edge goes on there. Height and width of ``size`` are even.
    """

    def __init__(self, size: tuple[int, int], *, replicate: bool = False) -> None:
        self._height, self._width = size
        self._border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
        self._small: ImageArray = np.empty((self._height * 3 // 2, self._width), np.uint8)

    def warp(self, image: ImageArray, matrix: FloatArray, target: ImageArray, bounds: Box = FULL_FRAME) -> None:
        """Fill ``target``, ``(height, width, 3) uint8`` RGB, from ``image`` as in ``Frame.image``.

        ``matrix`` is ``(2, 3)`` and takes x, y, 1 with 0..1 of the target to pixels of the picture. ``bounds``,
        normalised to it, have at least one pixel; of I420 their edge may have the colour of a pixel beyond them.
        """
        if image.ndim == target.ndim:
            self._resample(image, matrix, target, _BLACK_RGB, bounds)
            return
        # The small planes are turned to RGB, not all of the picture.
        for source, small, black in zip(i420_planes(image), i420_planes(self._small), _BLACK_I420, strict=True):
            scale = np.float32(source.shape[1] / image.shape[1])
            self._resample(source, matrix * scale, small, (black,), bounds)
        cv2.cvtColor(self._small, cv2.COLOR_YUV2RGB_I420, dst=target)

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
