"""Changing a clip so that no two look alike: the same change for all its frames, as one camera would make it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.training.action.clips import Bytes, Points

MIRRORED = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)
"""The keypoint that each becomes in a mirror."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to a clip: ``matrix`` moves normalised x, y (2x3), ``table`` (256, 3) recolours."""

    matrix: NDArray[np.float64]
    table: Bytes
    flip: bool = False
    noise: float = 0.0
    blur_px: float = 0.0


NO_CHANGE = Change(np.eye(2, 3), np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1))


def random_change(rng: np.random.Generator) -> Change:
    """Zoom, shift, tilt, mirror, light, colour, noise and softness."""
    flip = bool(rng.random() < 0.5)
    zoom, tilt = rng.uniform(0.85, 1.3), math.radians(rng.normal(0, 2.5))
    turn = zoom * np.array([[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]])
    turn = turn @ np.diag([-1.0 if flip else 1.0, 1.0])
    shift = 0.5 + rng.uniform(-0.1, 0.1, 2) - turn @ (0.5, 0.5)
    return Change(
        matrix=np.column_stack([turn, shift]),
        table=_random_table(rng),
        flip=flip,
        noise=float(rng.uniform(0, 8)) if rng.random() < 0.4 else 0.0,
        blur_px=float(rng.uniform(0.3, 1.0)) if rng.random() < 0.15 else 0.0,
    )


def _random_table(rng: np.random.Generator) -> Bytes:
    gains = rng.uniform(0.75, 1.25) * rng.uniform(0.9, 1.1, 3)
    light = (np.arange(256) / 255)[:, None] ** rng.uniform(0.75, 1.35)
    return np.clip(255 * light * gains + rng.uniform(-20, 20), 0, 255).astype(np.uint8)


def change_clip(
    images: Bytes, points: Points, change: Change, side_px: int, rng: np.random.Generator
) -> tuple[Bytes, Points]:
    """The clip ``(t, height, width, 3) uint8`` at ``side_px``, and its keypoints ``(t, 17, 3)`` as in ``Clips``."""
    changed = np.stack([_change_image(image, change, side_px) for image in images])
    if change.noise:
        grain = rng.normal(0, change.noise, (2, *changed.shape[1:])).astype(np.int16)
        begins = rng.integers(side_px, size=len(changed))
        noisy = [frame + np.roll(grain[n % 2], begins[n], 0) for n, frame in enumerate(changed)]
        changed = np.clip(noisy, 0, 255).astype(np.uint8)
    return changed, move_points(points, change)


def move_points(points: Points, change: Change) -> Points:
    """The keypoints where the change puts them; outside the picture their visibility is 0."""
    moved = points[..., MIRRORED if change.flip else slice(None), :].copy()
    y, x = moved[..., 0].copy(), moved[..., 1].copy()
    (a, b, c), (d, e, f) = change.matrix
    moved[..., 1], moved[..., 0] = a * x + b * y + c, d * x + e * y + f
    inside = ((moved[..., :2] >= 0) & (moved[..., :2] < 1)).all(-1)
    moved[..., 2] *= inside
    return moved


def _change_image(image: Bytes, change: Change, side_px: int) -> Bytes:
    matrix = change.matrix.copy()
    matrix[:, :2] *= side_px / image.shape[0]
    matrix[:, 2] *= side_px
    # Pixel centres lie half a pixel in: move them there and back.
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    changed: Bytes = np.empty((side_px, side_px, 3), np.uint8)
    reflect = cv2.BORDER_REFLECT
    cv2.warpAffine(image, matrix, (side_px, side_px), dst=changed, flags=cv2.INTER_LINEAR, borderMode=reflect)
    if change.blur_px:
        cv2.GaussianBlur(changed, (0, 0), change.blur_px, dst=changed)
    cv2.LUT(changed, change.table[None], dst=changed)
    return changed
