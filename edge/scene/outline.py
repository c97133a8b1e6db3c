"""How capsules lie in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.scene.view import NEAREST_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.scene.body_parts import Part
    from edge.scene.view import View

_ROUND = np.eye(3)


@dataclass(frozen=True, slots=True)
class Outline:
    """A capsule in the picture: pixels across it, metres into it.

    ``radius`` lies along its axis in the picture, ``wide`` is how much larger it is across it; ``thick_m`` is half its
    thickness into the depth. ``depth_m`` is behind the camera or too near where ``is_seen`` is False.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    start_depth_m: float
    end_depth_m: float
    start_radius: float
    end_radius: float
    start_thick_m: float
    end_thick_m: float
    wide: float

    @property
    def depth_m(self) -> float:
        """Of its middle."""
        return (self.start_depth_m + self.end_depth_m) / 2

    @property
    def is_seen(self) -> bool:
        """Whether it lies wholly before the camera."""
        return min(self.start_depth_m, self.end_depth_m) > NEAREST_M

    def bounds(self, margin: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in pixels, ``margin`` around it included."""
        reach = max(self.start_radius, self.end_radius) * max(1.0, self.wide) + margin
        (x0, y0), (x1, y1) = self.start, self.end
        return min(x0, x1) - reach, min(y0, y1) - reach, max(x0, x1) + reach, max(y0, y1) + reach


def outlines(parts: Sequence[Part], view: View, size: tuple[int, int]) -> list[Outline]:
    """One outline for each part, in a picture of width and height ``size``."""
    start = view.to_camera(np.array([part.start for part in parts]))
    end = view.to_camera(np.array([part.end for part in parts]))
    along, wide, thick = _stretches(parts, start, end, view)
    focal = view.focal_px(size)
    radii = np.array([(part.start_radius_m, part.end_radius_m) for part in parts])
    depths = np.stack((start[:, 2], end[:, 2]), axis=1)
    in_pixels = radii * (focal * along[:, None]) / np.maximum(depths, NEAREST_M)
    rows = np.hstack(
        (
            view.project(start, size),
            view.project(end, size),
            depths,
            in_pixels,
            radii * thick[:, None],
            (wide / along)[:, None],
        )
    )
    return [Outline((row[0], row[1]), (row[2], row[3]), *row[4:]) for row in rows.tolist()]


def _stretches(
    parts: Sequence[Part], start: NDArray[np.float64], end: NDArray[np.float64], view: View
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How much larger than round each part is: along its axis in the picture, across it, into the depth."""
    turn = view.axes()
    own = np.array([turn @ (_ROUND if part.axes is None else part.axes) for part in parts])
    scale = np.array([part.stretch for part in parts])
    sight = _unit((start + end) / 2)
    across = _unit(np.cross(sight, end - start + (1e-6, 2e-6, 0.0)))
    along = np.cross(across, sight)

    def radius(towards: NDArray[np.float64]) -> NDArray[np.float64]:
        seen = np.sqrt((((own * towards[:, :, None]).sum(axis=1) * scale) ** 2).sum(axis=1))
        return np.asarray(seen)

    return radius(along), radius(across), radius(sight)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.sqrt((vectors**2).sum(axis=1, keepdims=True)))
