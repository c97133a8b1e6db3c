"""What is true of a picture after it was cut: its class, and where people are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.scene.truth import SCENE_CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.types import FloatArray

EMPTY, ONE, SEVERAL, ON_FLOOR, DARK, COVERED = range(len(SCENE_CLASSES))
_SEEN_FROM = 3
"""Visible keypoints from which on somebody counts, as in the scene."""


def inside(people: FloatArray) -> NDArray[np.bool_]:
    """Which keypoints of ``(..., 2)`` y, x lie within the picture; those that are NaN do not."""
    return np.asarray(((people >= 0) & (people < 1)).all(axis=-1))


def class_after_cut(label: int, people: FloatArray, on_floor: NDArray[np.bool_]) -> int:
    """The class by who is still seen, by the rule of the scene; the dark and the covered stay what they are.

    ``people`` is ``(persons, 17, 2)``, already in the coordinates of the cut.
    """
    if label in {DARK, COVERED}:
        return label
    seen = inside(people).sum(axis=-1) >= _SEEN_FROM
    if (seen & on_floor).any():
        return ON_FLOOR
    return min(int(seen.sum()), SEVERAL)


def where_people_are(label: int, people: FloatArray, on_floor: NDArray[np.bool_], cells: int) -> FloatArray:
    """``(cells, cells, 2) float32``: 1 where a cell holds a keypoint of somebody upright, or on the floor."""
    found = np.zeros((cells, cells, 2), np.float32)
    if label in {DARK, COVERED}:
        return found
    for points, lies in zip(people, on_floor, strict=True):
        rows, columns = (points[inside(points)] * cells).astype(int).T
        found[rows, columns, int(lies)] = 1
    return found
