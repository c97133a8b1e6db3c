"""People as filled shapes: that somebody is there and what they do, but not who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Color
    from edge.tasks.pose.landmarks import Mask
    from edge.types import FloatArray, ImageArray

_SMOOTHED_BY = 1.0
"""Standard deviation in places of the mask, each of which is several pixels large: corners are no outline."""
_REACH = 2
"""So many places beyond those of a person its outline may lie, smoothed."""
_MIDDLE, _STEEPNESS = 127.5, 4.0
_EDGE = np.clip((np.arange(256) - _MIDDLE) * _STEEPNESS + _MIDDLE, 0, 255).astype(np.uint8)
"""Of an opacity: the outline is a few pixels wide, whatever the mask leaves open."""
_LEAST = int(np.flatnonzero(_EDGE)[0])


def draw_silhouette(picture: Canvas, mask: Mask, color: Color) -> None:
    """Fill in place what of the picture is of the person, with a smooth edge; ``picture`` is the camera's alone."""
    height, width = picture.image.shape[:2]
    rows, columns = mask.opacity.shape
    matrix = mask.matrix * np.array([[width], [height]], np.float32)
    if picture.mirrored:
        matrix[0] = -matrix[0]
        matrix[0, 2] += width
    matrix[:, 0] /= columns
    matrix[:, 1] /= rows
    (left, top), (right, bottom) = _reach(mask.opacity, matrix, width, height)
    if left >= right or top >= bottom:
        return
    matrix[:, 2] -= left, top
    smooth = cv2.GaussianBlur(mask.opacity, (0, 0), _SMOOTHED_BY)
    laid = cv2.warpAffine(smooth, matrix, (right - left, bottom - top), flags=cv2.INTER_CUBIC)
    opacity = cv2.LUT(laid, _EDGE)[..., None].astype(np.uint16)
    part = picture.image[top:bottom, left:right]
    part[:] = (part * (255 - opacity) + np.array(color, np.uint16) * opacity + 127) // 255


def _reach(opacity: ImageArray, matrix: FloatArray, width: int, height: int) -> tuple[list[int], list[int]]:
    """The first column and row of the picture in which the mask may be seen, and those after the last."""
    x, y, columns, rows = cv2.boundingRect((opacity >= _LEAST).astype(np.uint8))
    if not columns:
        return [0, 0], [0, 0]
    xs, ys = (x - _REACH, x + columns + _REACH), (y - _REACH, y + rows + _REACH)
    corners = np.array([(x, y, 1) for x in xs for y in ys], np.float32) @ matrix.T
    limits = (width, height)
    first, last = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return np.clip(first, 0, limits).astype(int).tolist(), np.clip(last, 0, limits).astype(int).tolist()
