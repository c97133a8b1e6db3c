"""Making many pictures out of one: cuts, light, colours, blur, noise, JPEG, dim rooms, lenses partly covered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.training.classification.labels import COVERED, DARK, class_after_cut
from models.training.classification.pictures import Picture

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

_COVERED_SHARE = 0.04
_DIM_SHARE = 0.12


def plain(image: ImageArray, size: int) -> FloatArray:
    """The whole picture stretched to a square, as the appliance does: ``(size, size, 3) float32`` 0..255."""
    return np.asarray(cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR), np.float32)


def varied(rng: np.random.Generator, picture: Picture, size: int) -> Picture:
    """A square variant, ``image`` now ``(size, size, 3) float32`` 0..255; its class is what is true of the variant."""
    shown, people = _cut(rng, picture.image, picture.people, size)
    label = class_after_cut(picture.label, people, picture.on_floor)
    shown = _light(rng, shown, label)
    if label != DARK and rng.random() < _COVERED_SHARE:
        label, shown = COVERED, _cover_but_a_corner(rng, shown)
    return Picture(_camera(rng, shown), label, people, picture.on_floor)


def _cut(
    rng: np.random.Generator, image: ImageArray | FloatArray, people: FloatArray, size: int
) -> tuple[FloatArray, FloatArray]:
    """Mostly the whole picture; else a part of it, at times so small that people are only partly in sight."""
    height, width = image.shape[:2]
    draw = rng.random()
    least = 1.0 if draw < 0.3 else 0.85 if draw < 0.85 else 0.6
    share_y, share_x = rng.uniform(least, 1.0, 2)
    top, left = rng.uniform(0, 1 - share_y), rng.uniform(0, 1 - share_x)
    rows = slice(round(top * height), round((top + share_y) * height))
    columns = slice(round(left * width), round((left + share_x) * width))
    cut = np.array((rows.start / height, columns.start / width), np.float32)
    shares = np.array(((rows.stop - rows.start) / height, (columns.stop - columns.start) / width), np.float32)
    # Streams are resampled linearly, stills by area.
    way = cv2.INTER_LINEAR if rng.random() < 0.6 else cv2.INTER_AREA
    shown = np.asarray(cv2.resize(image[rows, columns], (size, size), interpolation=way), np.float32)
    people = (people - cut) / shares
    if rng.random() < 0.5:
        shown = np.ascontiguousarray(shown[:, ::-1])
        people = people * np.array((1, -1), np.float32) + np.array((0, 1), np.float32)
    return shown, people


def _light(rng: np.random.Generator, image: FloatArray, label: int) -> FloatArray:
    """Brightness, contrast and a tint; at times a dim room, in which people are still to be seen."""
    gain = rng.uniform(0.75, 1.25)
    if label != DARK and rng.random() < _DIM_SHARE:
        gain = rng.uniform(0.18, 0.6)
    tint = gain * rng.uniform(0.92, 1.08, 3)
    grey = float(image.mean())
    contrast = rng.uniform(0.8, 1.2)
    lit = ((image - grey) * contrast + grey) * tint.astype(np.float32)
    if rng.random() < 0.15:
        lit = lit * 0.3 + lit.mean(axis=-1, keepdims=True) * 0.7
    return np.asarray(lit, np.float32)


def _cover_but_a_corner(rng: np.random.Generator, image: FloatArray) -> FloatArray:
    """Something dark and out of focus lies over all of the lens but a corner or an edge."""
    size = image.shape[0]
    turn = rng.uniform(0, 2 * np.pi)
    across = np.linspace(-1, 1, size, dtype=np.float32)
    reach = across[None, :] * np.float32(np.cos(turn)) + across[:, None] * np.float32(np.sin(turn))
    edge = rng.uniform(0.55, 1.1)
    share = np.clip((edge - reach) * np.float32(rng.uniform(1.5, 4.0)) + 0.5, 0, 1)[..., None]
    glow = cv2.resize(rng.uniform(2, 60, (3, 4)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    tone = np.array((1.0, rng.uniform(0.35, 0.9), rng.uniform(0.25, 0.85)), np.float32)
    return np.asarray(image + share * (glow[..., None] * tone - image), np.float32)


def _camera(rng: np.random.Generator, image: FloatArray) -> FloatArray:
    """Blur, noise and JPEG, each now and then."""
    if rng.random() < 0.15:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 1.0) * image.shape[0] / 128), np.float32)
    if rng.random() < 0.3:
        image = image + rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(1, 6))
    image = np.clip(image, 0, 255)
    if rng.random() < 0.15:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))]
        _, packed = cv2.imencode(".jpg", image.astype(np.uint8), quality)
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.float32)
    return image
