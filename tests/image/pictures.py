"""What is looked for in a picture of the monitor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.overlay.style import Color
    from edge.types import ImageArray


def pixels(image: ImageArray, color: Color) -> int:
    """How many are of exactly this colour; ``image`` is ``(height, width, 3) uint8`` RGB."""
    return int((image == color).all(axis=2).sum())
