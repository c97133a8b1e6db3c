"""Panels, drawn once and laid over picture after picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.monitor.cards import Panel
    from edge.overlay.style import Color, Rect
    from edge.types import ImageArray

GROUND: Color = (22, 26, 34)
OPACITY = 0.96
_SMOOTHING = 4
"""Corners are drawn so much larger, and shrunk."""


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """A panel as an image: ``color`` is what it adds, ``kept`` how much of what is under it stays, of 255.

    Both are ``(height, width, 3) uint8``.
    """

    rect: Rect
    color: ImageArray
    kept: ImageArray

    def lay_on(self, image: ImageArray) -> None:
        """Blend it over ``(H, W, 3) uint8`` RGB in place, as much of it as lies on the image."""
        left, top = max(0, self.rect.left), max(0, self.rect.top)
        part = image[top : max(0, self.rect.top + self.rect.height), left : max(0, self.rect.left + self.rect.width)]
        if part.size:
            rows, columns = part.shape[:2]
            first_row, first_column = top - self.rect.top, left - self.rect.left
            own = np.s_[first_row : first_row + rows, first_column : first_column + columns]
            cv2.multiply(part, self.kept[own], dst=part, scale=1 / 255)
            cv2.add(part, self.color[own], dst=part)


def draw_panel(panel: Panel, radius_px: int) -> DrawnPanel:
    """Draw a panel with rounded corners."""
    height, width = panel.rect.height, panel.rect.width
    image = np.empty((height, width, 3), np.uint8)
    image[:] = GROUND
    if panel.accent is not None:
        image[:, : max(2, radius_px // 2)] = panel.accent
    for text in panel.texts:
        text.moved(-panel.rect.left, -panel.rect.top).draw(image)
    opacity = _rounded(height, width, min(radius_px, height // 2, width // 2))[:, :, None] * (OPACITY / 255)
    color = np.rint(image * opacity).astype(np.uint8)
    kept = np.broadcast_to(np.rint(255 * (1 - opacity)).astype(np.uint8), image.shape)
    return DrawnPanel(panel.rect, color, np.ascontiguousarray(kept))


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
