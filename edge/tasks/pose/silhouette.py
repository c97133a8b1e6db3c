"""People as filled shapes: that somebody is there and what they do, but not who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Color
    from edge.tasks.pose.landmarks import Mask

_INSIDE = 127


def draw_silhouette(picture: Canvas, mask: Mask, color: Color) -> None:
    """Fill in place what of the picture is of the person; ``picture`` is the camera's alone."""
    height, width = picture.image.shape[:2]
    rows, columns = mask.opacity.shape
    matrix = mask.matrix * np.array([[width], [height]], np.float32)
    if picture.mirrored:
        matrix[0] = -matrix[0]
        matrix[0, 2] += width
    matrix[:, 0] /= columns
    matrix[:, 1] /= rows
    laid = cv2.warpAffine(mask.opacity, matrix, (width, height), flags=cv2.INTER_LINEAR)
    picture.image[laid > _INSIDE] = color
