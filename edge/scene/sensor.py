"""From light to pixels: noise, darkness, a covered lens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

_TILE_MARGIN_PX = 48
DARK_LEVEL = 0.045
_DARK_TINT = (0.85, 0.95, 1.25)
_DARK_NOISE = 1.6


class Sensor:
    """A camera's sensor; ``noise`` is the standard deviation of its pixels in steps of 0..255."""

    def __init__(self, seed: int, size: tuple[int, int], noise: float) -> None:
        rng = np.random.default_rng([seed, 7])
        shape = size[1] + _TILE_MARGIN_PX, size[0] + _TILE_MARGIN_PX, 3
        # Neighbouring pixels share some of their noise once a camera has made colours of it.
        fine = rng.standard_normal(shape, np.float32)
        self._noise = np.asarray(cv2.GaussianBlur(fine, (3, 3), 0.5), np.float32) * np.float32(1.5 * noise)
        self._seed, self._size = seed, size
        self._cover = _cover(rng, size)

    def expose(self, light: FloatArray, time_us: int, *, darkness: float, covered: float) -> ImageArray:
        """Read out ``light`` ``(height, width, 3) float32``, which is written over, as ``uint8``.

        ``darkness`` and ``covered`` are 0..1: how far the lights are off, and how far something lies over the lens.
        """
        rng = np.random.default_rng([self._seed, 11, time_us % (1 << 40)])
        if darkness > 0:
            level = 1 - darkness * (1 - DARK_LEVEL)
            tint = 1 + (np.array(_DARK_TINT, np.float32) - 1) * np.float32(darkness)
            light *= level * tint
        if covered > 0:
            self._put_over(light, covered)
        top, left = rng.integers(0, _TILE_MARGIN_PX, 2).tolist()
        noise = self._noise[top : top + self._size[1], left : left + self._size[0]]
        if darkness > 0:
            noise = noise * np.float32(1 + darkness * (_DARK_NOISE - 1))
        return np.asarray(cv2.add(light, noise, dtype=cv2.CV_8U), np.uint8)

    def _put_over(self, light: FloatArray, covered: float) -> None:
        """A hand or a cloth comes in from the left, out of focus."""
        reach = np.arange(self._size[0], dtype=np.float32) / self._size[0]
        share = np.clip((covered * 1.4 - reach) * 2.5, 0, 1)[None, :, None] * np.float32(min(1.0, covered * 1.2))
        light += share * (self._cover - light)


def _cover(rng: np.random.Generator, size: tuple[int, int]) -> FloatArray:
    """Nearly black, with a glow of skin or cloth somewhere: ``(height, width, 3) float32``."""
    tone = np.array((1.0, float(rng.uniform(0.35, 0.9)), float(rng.uniform(0.25, 0.85))), np.float32)
    coarse = rng.random((3, 4), np.float32) * np.float32(rng.uniform(10, 55)) + np.float32(rng.uniform(2, 18))
    smooth = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.maximum(smooth, 0)[..., None] * tone, np.float32)
