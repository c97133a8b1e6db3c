"""The dark translucent plate that text stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2

from edge.overlay.palette import PANEL_GREY, PANEL_OPACITY

if TYPE_CHECKING:
    from edge.overlay.palette import Color
    from edge.types import ImageArray


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int


def darken(image: ImageArray, rect: Rect) -> None:
    """Lay the plate over ``rect`` in place, as much of it as lies on the ``(H, W, 3) uint8`` image."""
    top, left = max(0, rect.top), max(0, rect.left)
    part = image[top : max(0, rect.top + rect.height), left : max(0, rect.left + rect.width)]
    if part.size:
        cv2.convertScaleAbs(part, dst=part, alpha=1 - PANEL_OPACITY, beta=PANEL_GREY * PANEL_OPACITY)


def fill(image: ImageArray, rect: Rect, color: Color) -> None:
    """Fill ``rect`` with a colour in place; ``rect`` must not be empty."""
    corner = (rect.left + rect.width - 1, rect.top + rect.height - 1)
    cv2.rectangle(image, (rect.left, rect.top), corner, color, cv2.FILLED)
