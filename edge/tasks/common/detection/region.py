"""A rotated part of a picture with one hand, face or person in it, and the way from there into a model and back.

All of it is in pixels of the picture: an angle or a square of normalised coordinates is none in a picture that is not
square. x is before y. An angle turns clockwise, as it looks on a picture, whose y points down.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, isfinite, pi, sin
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.types import Box

if TYPE_CHECKING:
    from edge.tasks.common.placement import Size
    from edge.types import FloatArray

Point: TypeAlias = tuple[float, float]
"""x and y in pixels."""
_LEAST_PX, _MOST_FRAMES = 4.0, 4.0
"""A region that is smaller, or so many times as large as the frame, shows nothing."""


@dataclass(frozen=True, slots=True)
class RotatedRegion:
    """A rectangle around a centre, turned by ``rotation_rad``; it may reach beyond the picture."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    rotation_rad: float = 0.0

    def expanded(self, scale: float, shift_x: float = 0.0, shift_y: float = 0.0) -> RotatedRegion:
        """Moved along its own axes by shares of its own sides, made square by its longer side, and scaled.

        In this order, as MediaPipe's models were trained (``rect_transformation_calculator.cc``).
        """
        along, down = self.width_px * shift_x, self.height_px * shift_y
        cosine, sine = cos(self.rotation_rad), sin(self.rotation_rad)
        side_px = max(self.width_px, self.height_px) * scale
        return RotatedRegion(
            self.x_px + along * cosine - down * sine,
            self.y_px + along * sine + down * cosine,
            side_px,
            side_px,
            self.rotation_rad,
        )

    @property
    def matrix(self) -> FloatArray:
        """``(2, 3) float32`` that takes x, y, 1 with 0..1 of the region to pixels of the picture."""
        cosine, sine = cos(self.rotation_rad), sin(self.rotation_rad)
        axes = np.array(
            [[self.width_px * cosine, -self.height_px * sine], [self.width_px * sine, self.height_px * cosine]]
        )
        offset = np.array([self.x_px, self.y_px]) - axes.sum(axis=1) / 2
        return np.column_stack((axes, offset)).astype(np.float32)

    def to_picture(self, points: FloatArray) -> FloatArray:
        """``(..., 2)`` x, y in pixels of the picture, of such in 0..1 of the region."""
        matrix = self.matrix
        return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)

    def upright_places(self, places: FloatArray) -> FloatArray:
        """``(n, 3)`` x, y, z of what was seen in the region, turned in place as the picture is; distances stay."""
        cosine, sine = np.cos(self.rotation_rad), np.sin(self.rotation_rad)
        places[:, :2] = places[:, :2] @ np.array([[cosine, sine], [-sine, cosine]], np.float32)
        return places

    def is_usable(self, picture: Size) -> bool:
        """Whether something could be seen in it: it has a size that can be, and its middle is not far from the picture.

        A region that comes of what was seen in the one before may run away where a model sees what is not there.
        """
        height, width = picture
        side_px = max(self.width_px, self.height_px)
        return (
            isfinite(self.rotation_rad)
            and _LEAST_PX <= side_px <= _MOST_FRAMES * max(picture)
            and -side_px <= self.x_px <= width + side_px
            and -side_px <= self.y_px <= height + side_px
        )

    def upright(self, picture: Size) -> Box:
        """The rectangle as if it were not turned, normalised to the picture: to compare regions by."""
        height, width = picture
        return Box(
            (self.x_px - self.width_px / 2) / width,
            (self.y_px - self.height_px / 2) / height,
            self.width_px / width,
            self.height_px / height,
        )


def rotation_rad(start: Point, end: Point, wanted_rad: float) -> float:
    """How far a region has to be turned for the way from ``start`` to ``end`` to point to ``wanted_rad`` in it.

    The wanted angle is counted as in mathematics: pi / 2 is upwards.
    """
    angle = wanted_rad - atan2(start[1] - end[1], end[0] - start[0])
    return (angle + pi) % (2 * pi) - pi


def circle_region(centre: Point, rim: Point) -> RotatedRegion:
    """The square around a circle, turned so that the point on its rim lies straight above its centre."""
    side_px = 2 * hypot(rim[0] - centre[0], rim[1] - centre[1])
    return RotatedRegion(*centre, side_px, side_px, rotation_rad(centre, rim, pi / 2))
