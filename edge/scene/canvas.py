"""Painting capsules with light, soft edges and depth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from edge.scene.outline import outlines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.scene.body_parts import Part
    from edge.scene.light import Light
    from edge.scene.looks import Weave
    from edge.scene.outline import Outline
    from edge.scene.view import View
    from edge.types import FloatArray

_SMALLEST_PX = 0.4
_DEPTH_TEST_PER_M = 120.0  # how fast one surface gives way to another where they cross
_STEEPEST_TAPER = 0.94
_STRIPES_PER_M = {"stripes": 14.0, "pinstripes": 34.0, "checks": 11.0}


class Canvas:
    """A picture and how far away each of its pixels is.

    ``image`` is ``(height, width, 3) float32`` RGB 0..255, ``depth`` ``(height, width) float32`` metres along the
    camera's axis; both are painted on.
    """

    def __init__(self, image: FloatArray, depth: FloatArray, view: View, light: Light) -> None:
        self.image = image
        self.depth = depth
        self.view = view
        self.size = image.shape[1], image.shape[0]
        self._ambient = np.array(light.ambient, np.float32)
        self._lamp = np.array(light.colour, np.float32)
        right, down, forward = (view.axes() @ np.array(light.towards)).tolist()
        self._towards = right, down, -forward

    def paint(self, parts: Sequence[Part], blur_px: Sequence[float] | None = None) -> None:
        """Paint parts, their edges softened by ``blur_px``, where nothing nearer is in the way."""
        blurs = blur_px or [0.0] * len(parts)
        todo = zip(outlines(parts, self.view, self.size), parts, blurs, strict=True)
        for shape, part, blur in sorted(todo, key=lambda item: -item[0].depth_m):
            if shape.is_seen and max(shape.start_radius, shape.end_radius) * shape.wide > _SMALLEST_PX:
                self._stamp(shape, part, 1.0 + blur)

    def _stamp(self, shape: Outline, part: Part, soft_px: float) -> None:
        left, top, right, bottom = shape.bounds(soft_px)
        x0, y0 = max(0, int(left)), max(0, int(top))
        x1, y1 = min(self.size[0], int(right) + 1), min(self.size[1], int(bottom) + 1)
        if x0 >= x1 or y0 >= y1:
            return
        columns = np.arange(x0 + 0.5, x1, dtype=np.float32) - np.float32(shape.start[0])
        rows = (np.arange(y0 + 0.5, y1, dtype=np.float32) - np.float32(shape.start[1]))[:, None]
        dx, dy = shape.end[0] - shape.start[0], shape.end[1] - shape.start[1]
        length = math.hypot(dx, dy) or 1e-6
        ux, uy = dx / length, dy / length
        axial = columns * ux + rows * uy
        lateral = (rows * ux - columns * uy) * (1.0 / shape.wide)
        # The nearest circle of a tapered capsule lies off the foot of the perpendicular, towards its thicker end.
        taper = (shape.start_radius - shape.end_radius) / length
        taper = min(_STEEPEST_TAPER, max(-_STEEPEST_TAPER, taper))
        share = axial - np.abs(lateral) * (taper / math.sqrt(1 - taper * taper)) if abs(taper) > 1e-3 else axial
        share = np.minimum(np.maximum(share * (1 / length), 0), 1)
        radius = share * (shape.end_radius - shape.start_radius) + shape.start_radius
        offset = axial - share * length
        inverse = 1 / radius
        squared = (offset * offset + lateral * lateral) * (inverse * inverse)
        facing = np.sqrt(np.maximum(1 - squared, 0))
        cover = np.minimum(np.maximum((1 - np.sqrt(squared)) * radius * (1 / soft_px) + 0.5, 0), 1)
        thick = share * (shape.end_thick_m - shape.start_thick_m) + shape.start_thick_m
        depth = share * (shape.end_depth_m - shape.start_depth_m) + shape.start_depth_m - facing * thick
        behind = self.depth[y0:y1, x0:x1]
        cover *= np.minimum(np.maximum((behind - depth) * _DEPTH_TEST_PER_M + 0.5, 0), 1)
        tx, ty, tz = self._towards
        around = np.asarray(lateral * inverse, np.float32)
        if part.is_joined:
            facing = np.sqrt(np.maximum(1 - around * around, 0))
            lit = around * (ty * ux - tx * uy) + facing * tz
        else:
            lit = around * (ty * ux - tx * uy) + offset * inverse * (tx * ux + ty * uy) + facing * tz
        lit = np.maximum(lit * 0.75 + 0.25, 0)
        behind += cover * (depth - behind)
        # Edges turn away from the room's light, too.
        shade = (facing * 0.35 + 0.65)[..., None] * self._ambient + lit[..., None] * self._lamp
        shade *= _colours(part, share, around)
        area = self.image[y0:y1, x0:x1]
        shade -= area
        shade *= cover[..., None]
        area += shade


def _colours(part: Part, share: FloatArray, around: FloatArray) -> FloatArray:
    """The part's colour, ``(3,)``, or where it is woven that of each pixel, ``(height, width, 3)``; float32."""
    colour = np.array(part.colour, np.float32)
    if part.weave is None:
        return colour
    mix = _woven(part, part.weave, share, around)[..., None]
    return np.asarray(colour + mix * (np.array(part.weave.colour, np.float32) - colour))


def _woven(part: Part, weave: Weave, share: FloatArray, around: FloatArray) -> FloatArray:
    """0 where the cloth has its first colour, 1 where its second."""
    length_m = float(np.sqrt(((part.end - part.start) ** 2).sum()))
    per_m = _STRIPES_PER_M[weave.pattern]
    rings = _wave(share * (length_m * per_m))
    if weave.pattern == "stripes":
        return rings
    lines = _wave(around * (part.start_radius_m * part.stretch[1] * per_m * 1.3))
    return lines * 0.8 if weave.pattern == "pinstripes" else (rings + lines) * 0.5


def _wave(turns: FloatArray) -> FloatArray:
    """Soft square waves, one a turn."""
    ramp = np.abs(turns - np.floor(turns) - 0.5) * 8 - 2
    return np.asarray(np.minimum(np.maximum(ramp + 0.5, 0), 1), np.float32)
