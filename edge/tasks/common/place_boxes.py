"""The box of what has many places, as a hand's landmarks or the mesh of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tracking.geometry import Extent, box_around

if TYPE_CHECKING:
    from edge.types import Box, FloatArray


def box_of(places: FloatArray) -> Box:
    """Around ``(n, 2 or more)`` places, x and y first, normalised; cut to the frame."""
    return box_around(extent_of(places))


def extent_of(places: FloatArray) -> Extent:
    """The reach of ``(n, 2 or more)`` places, x and y first, in their units."""
    columns = places.T[:2].copy()  # numpy is slow over columns side by side
    (left, top), (right, bottom) = columns.min(axis=1).tolist(), columns.max(axis=1).tolist()
    return Extent(top, left, bottom, right)
