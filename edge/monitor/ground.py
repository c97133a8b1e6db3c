"""What is shown where there is no picture: a plain ground, with light in its middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import ImageArray

DARK = (15.0, 18.0, 25.0)
LIGHT = (44.0, 52.0, 72.0)
MARGIN = (15, 18, 25)
"""The colour beside a picture of another shape."""


def draw_ground(width: int, height: int) -> ImageArray:
    """``(height, width, 3) uint8`` RGB; its rounding is spread by noise, so that no steps are seen."""
    x = np.linspace(-1.0, 1.0, width, dtype=np.float32)[None, :, None]
    y = np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, None, None]
    light = np.exp(-(0.9 * x**2 + 0.9 * (y + 0.15) ** 2))
    dark = np.array(DARK, np.float32)
    noise = np.random.default_rng(0).random((height, width, 1), np.float32)
    return (dark + (np.array(LIGHT, np.float32) - dark) * light + noise).astype(np.uint8)
