"""The box of a face, out of its mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tracking.geometry import Extent, box_around

if TYPE_CHECKING:
    from edge.types import Box, FloatArray


def box_of(mesh: FloatArray) -> Box:
    """Around a ``(points, 3)`` normalised mesh, cut to the frame."""
    return box_around(extent_of(mesh))


def extent_of(mesh: FloatArray) -> Extent:
    """The reach of a ``(points, 3)`` mesh, in its units."""
    x, y = mesh[:, 0], mesh[:, 1]  # one by one: numpy is slow over columns side by side
    return Extent(float(y.min()), float(x.min()), float(y.max()), float(x.max()))
