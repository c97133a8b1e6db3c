"""Panels, drawn once and laid over picture after picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.overlay.blending import Ink

if TYPE_CHECKING:
    from edge.monitor.cards import Panel
    from edge.overlay.style import Color
    from edge.types import ImageArray

GROUND: Color = (22, 26, 34)
_SMOOTHING = 4
"""Corners are drawn so much larger, and shrunk."""


def draw_panel(panel: Panel, radius_px: int) -> Ink:
    """Draw a panel with rounded corners, to be laid where it has its place."""
    height, width = panel.rect.height, panel.rect.width
    image = np.empty((height, width, 3), np.uint8)
    image[:] = GROUND
    if panel.accent is not None:
        image[:, : max(2, radius_px // 2)] = panel.accent
    for text in panel.texts:
        text.moved(-panel.rect.left, -panel.rect.top).draw(image)
    opacity = _rounded(height, width, min(radius_px, height // 2, width // 2))[:, :, None]
    added = np.rint(image * (opacity / 255)).astype(np.uint8)
    return Ink(np.repeat(255 - opacity, 3, axis=2), added)


def _rounded(height: int, width: int, radius_px: int) -> ImageArray:
    """``(height, width) uint8``: a rectangle of 255 with soft round corners on 0."""
    large = np.zeros((height * _SMOOTHING, width * _SMOOTHING), np.uint8)
    radius = radius_px * _SMOOTHING
    bottom, right = large.shape[0] - 1, large.shape[1] - 1
    large[radius : bottom + 1 - radius] = 255
    large[:, radius : right + 1 - radius] = 255
    for center in (
        (radius, radius),
        (right - radius, radius),
        (radius, bottom - radius),
        (right - radius, bottom - radius),
    ):
        cv2.circle(large, center, radius, 255, cv2.FILLED)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
