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
    places = mesh.T[:2].copy()  # numpy is slow over columns side by side
    (left, top), (right, bottom) = places.min(axis=1).tolist(), places.max(axis=1).tolist()
    return Extent(top, left, bottom, right)
