"""Soft shadows on the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.scene.body_parts import Part
    from edge.scene.light import Light
    from edge.scene.view import View
    from edge.types import FloatArray, ImageArray

_SHRUNK = 4
_SHIFT = 4
_SOFT_PX = 2.2
_DARK = 0.50
_LOWEST_LAMP = 0.35
_ANGLES = np.arange(12) * (2 * np.pi / 12)
_CIRCLE = np.stack((np.cos(_ANGLES), np.sin(_ANGLES)), axis=1)


def cast_shadows(image: FloatArray, floor: FloatArray, parts: Sequence[Part], view: View, light: Light) -> None:
    """Darken ``image`` where ``floor`` is 1 and parts keep the lamp's light off it.

    The shadow is drawn at a quarter of the size, where blurring is cheap and softness is wanted.
    """
    size = image.shape[1] // _SHRUNK + 1, image.shape[0] // _SHRUNK + 1
    mask = np.zeros((size[1], size[0]), np.uint8)
    solid = [part for part in parts if not part.detail]
    if solid:
        _draw(mask, solid, view, light, (image.shape[1], image.shape[0]))
    found = cv2.boundingRect(mask)
    margin = 6
    x0, y0 = max(0, found[0] - margin), max(0, found[1] - margin)
    x1, y1 = min(size[0], found[0] + found[2] + margin), min(size[1], found[1] + found[3] + margin)
    if not found[2] or not found[3]:
        return
    soft = cv2.GaussianBlur(mask[y0:y1, x0:x1], (0, 0), _SOFT_PX)
    wide = cv2.resize(soft, None, fx=_SHRUNK, fy=_SHRUNK, interpolation=cv2.INTER_LINEAR)
    rows = slice(y0 * _SHRUNK, min(y1 * _SHRUNK, image.shape[0]))
    columns = slice(x0 * _SHRUNK, min(x1 * _SHRUNK, image.shape[1]))
    wide = wide[: rows.stop - rows.start, : columns.stop - columns.start]
    image[rows, columns] *= (1 - wide * floor[rows, columns] * np.float32(_DARK / 255))[..., None]


def _draw(mask: ImageArray, parts: Sequence[Part], view: View, light: Light, size: tuple[int, int]) -> None:
    """Fill the outlines of the parts as the lamp throws them on the floor, in white."""
    towards = np.array(light.towards)
    slope = towards[:2] / max(_LOWEST_LAMP, towards[2])
    ends = np.array([(part.start, part.end) for part in parts])
    radii = np.array([(part.start_radius_m, part.end_radius_m) for part in parts])
    ground = np.zeros_like(ends)
    ground[..., :2] = ends[..., :2] - slope * np.maximum(ends[..., 2:], 0)
    seen = view.to_camera(ground.reshape(-1, 3))
    fixed = 1 << _SHIFT
    points = view.project(seen, size) * (fixed / _SHRUNK)
    reach = radii.reshape(-1) * view.focal_px(size) / np.maximum(seen[:, 2], 0.2) * (fixed / _SHRUNK)
    # On the floor a circle is as flat as the camera is low.
    flat = float(np.clip(view.position[2] / np.maximum(seen[:, 2].mean(), 1), 0.3, 0.9))
    rings = points.reshape(-1, 2, 1, 2) + _CIRCLE * reach.reshape(-1, 2, 1, 1) * (1.0, flat)
    drawable = (seen[:, 2].reshape(-1, 2).min(axis=1) > 0.3) & (np.abs(rings).max(axis=(1, 2, 3)) < fixed * 4000)
    for ring in np.round(rings[drawable]).astype(np.int32).reshape(-1, 2 * len(_CIRCLE), 2):
        cv2.fillConvexPoly(mask, cv2.convexHull(ring), 255, cv2.LINE_AA, _SHIFT)
