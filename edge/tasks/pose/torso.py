"""What people in a frame wear: a small histogram of the colours between shoulders and hips.

A few pixels are looked up where they lie; no picture is made.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.clothing import BINS
from edge.types import i420_planes

if TYPE_CHECKING:
    from edge.types import FloatArray, Frame, ImageArray

CLOTHES = "clothes"
"""What the processor asks by this name, and what it is called in a trace."""
_TORSO = [5, 6, 11, 12]
"""Left and right shoulder, left and right hip."""
_SURE, _SURE_TORSO, _SURE_KEYPOINTS = 0.5, 0.35, 6
"""From these on a torso is seen: the mean of a person's six best scores, and of the four of the torso.

Of somebody who is hidden none are sure; from the side some of the torso's are hidden by the own body.
"""
_SIDE = 8
"""So many rows and columns of pixels are looked at."""
_ACROSS = np.tile(np.linspace(-0.6, 0.6, _SIDE, dtype=np.float32), _SIDE)
_DOWN = np.repeat(np.linspace(0.1, 0.8, _SIDE, dtype=np.float32), _SIDE)
_SLIMMEST = 0.15
"""Half the width of a torso seen from the side, in torsos."""
_MOST_OUTSIDE = 0.5
_LEVELS = np.array((4, 8, 8), np.intp)
"""Bins of luma, U and V: of colour more than of light, which changes."""
_LOW, _SPAN = np.array((16, 88, 88), np.float32), np.array((219, 80, 80), np.float32)
"""Of the bins' middles; few clothes are more colourful."""
_STRIDES = np.array((64, 8, 1), np.intp)
_CORNERS = np.array(list(product((0, 1), repeat=3)), np.intp)[:, None, None]
_TO_YUV = np.array(((0.257, 0.504, 0.098), (-0.148, -0.291, 0.439), (0.439, -0.368, -0.071)), np.float32).T
_NEUTRAL = np.array((16, 128, 128), np.float32)


def clothes(frame: Frame, people: FloatArray) -> ImageArray:
    """``(n, BINS) uint8``: what each of ``(n, 17, 3)`` people wears; 0 where the torso is unsure or out of the picture.

    Colours are weighed into the bins next to them, so that a little more light moves a little weight.
    """
    torsos = people[:, _TORSO]
    best = np.sort(people[..., 2], axis=1)[:, -_SURE_KEYPOINTS:].mean(axis=1)
    is_sure = (best >= _SURE) & (torsos[..., 2].mean(axis=1) >= _SURE_TORSO) & np.isfinite(torsos).all(axis=(1, 2))
    sure = np.flatnonzero(is_sure)
    found = np.zeros((len(people), BINS), np.uint8)
    if sure.size:
        height, width = frame.size
        places = _grids(torsos[sure, :, :2] * np.array((height, width), np.float32))
        inside = ((places >= 0) & (places < (height, width))).all(axis=2)
        pixels = np.clip(places, 0, (height - 1, width - 1)).astype(np.intp)
        seen = inside.mean(axis=1, keepdims=True) >= _MOST_OUTSIDE
        found[sure] = _histograms(_yuv(frame, pixels), inside & seen)
    return found


def _grids(corners: FloatArray) -> FloatArray:
    """``(n, 64, 2)`` y, x: a grid over each of n torsos, whose corners are ``(n, 4, 2)``, all in pixels."""
    top, bottom = corners[:, :2].mean(axis=1), corners[:, 2:].mean(axis=1)
    down, across = bottom - top, (corners[:, 0] - corners[:, 1] + corners[:, 2] - corners[:, 3]) / 4
    length, half = (np.hypot(way[:, :1], way[:, 1:]) for way in (down, across))
    slim = half < _SLIMMEST * length
    across = np.where(slim, _SLIMMEST * down[:, ::-1] * np.array((-1, 1), np.float32), across)
    grids: FloatArray = top[:, None] + _DOWN[:, None] * down[:, None] + _ACROSS[:, None] * across[:, None]
    return grids


def _yuv(frame: Frame, pixels: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> FloatArray:
    """The colours of some pixels, BT.601 in 16..235, as I420 has them."""
    y, x = pixels[..., 0], pixels[..., 1]
    if frame.pixel_format == "rgb":
        return frame.image[y, x] @ _TO_YUV + _NEUTRAL
    luma, u, v = i420_planes(frame.image)
    return np.stack((luma[y, x], u[y // 2, x // 2], v[y // 2, x // 2]), axis=-1).astype(np.float32)


def _histograms(colours: FloatArray, counts: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> ImageArray:
    """``(n, BINS)`` of n times 64 colours, of those that count."""
    place = np.clip((colours - _LOW) / _SPAN, 0, 1) * (_LEVELS - 1)
    low = np.minimum(place.astype(np.intp), _LEVELS - 2)
    above = (place - low).astype(np.float32)
    weights = np.where(_CORNERS, above, 1 - above).prod(axis=3) * counts
    bins = (low + _CORNERS) @ _STRIDES + np.arange(len(colours))[:, None] * BINS
    sums = np.bincount(bins.ravel(), weights.ravel(), len(colours) * BINS).reshape(-1, BINS)
    return np.asarray(np.rint(sums * (255 / _SIDE**2)), np.uint8)
