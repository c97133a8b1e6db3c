"""People out of PoseNet's heatmaps, offsets and displacements.

After Papandreou et al., "PersonLab: Person Pose Estimation and Instance Segmentation with a Bottom-Up, Part-Based,
Geometric Embedding Model", ECCV 2018, section 3.1: every peak of a heatmap may be where somebody begins, the best one
first; from there the displacements lead along a tree to the other keypoints, each of which short offsets then draw to
its place. Whoever begins on a keypoint of somebody found before is the same person.

All that begins is followed at once, a step of the tree at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.pose.posenet.tree import WAYS
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.types import FloatArray

_KEYPOINTS = len(COCO_17.names)
_ROOT_SCORE = 0.4
"""A peak below is nobody's beginning."""
_MOST_ROOTS = 256
_REFINEMENTS = 2
"""How often a short offset is followed after a displacement, whose end is a guess."""
_SAME_PX = 20.0
"""Keypoints of one kind that are closer are one; in pixels of the input, as it was published for such inputs."""
_PERSON_SCORE = 0.15
"""The mean score of the keypoints that a person has alone; below it is a shadow of somebody."""


@dataclass(frozen=True, slots=True)
class Heads:
    """What the network says of each cell of its grid.

    ``scores`` is ``(rows, columns, 17) float32``, 0..1; ``offsets`` ``(rows, columns, 17, 2)`` and ``displacements``
    ``(rows, columns, 32, 2)`` are y, x in pixels of the input: to the keypoint close by, and along the edges of the
    tree, forward and then backward. Cells are ``stride`` pixels apart, the first is at pixel 0.
    """

    scores: FloatArray
    offsets: FloatArray
    displacements: FloatArray
    stride: int


def decode(heads: Heads, most: int) -> FloatArray:
    """At most ``most`` people, ``(n, 17, 3) float32``: y, x in pixels of the input, score; the surest root first."""
    roots = _roots(heads.scores)
    people = _walk(heads, roots)
    return people[_distinct(people, roots[:, 2], most)]


def _roots(scores: FloatArray) -> NDArray[np.intp]:
    """``(n, 3)`` row, column, keypoint of the cells that no neighbour surpasses, best first."""
    roots = np.argwhere((scores >= _ROOT_SCORE) & (scores == _highest_nearby(scores)))
    found = scores[tuple(roots.T)]
    return roots[np.argsort(-found, kind="stable")[:_MOST_ROOTS]]


def _highest_nearby(scores: FloatArray) -> FloatArray:
    """The highest score of each cell and its eight neighbours."""
    rows = scores.copy()
    np.maximum(rows[1:], scores[:-1], out=rows[1:])
    np.maximum(rows[:-1], scores[1:], out=rows[:-1])
    highest = rows.copy()
    np.maximum(highest[:, 1:], rows[:, :-1], out=highest[:, 1:])
    np.maximum(highest[:, :-1], rows[:, 1:], out=highest[:, :-1])
    return highest


def _walk(heads: Heads, roots: NDArray[np.intp]) -> FloatArray:
    """``(n, 17, 3)``: from each root through the tree; a keypoint's score is that of the cell where it ends up."""
    everyone = np.arange(len(roots))
    cells, keypoints = roots[:, :2], roots[:, 2]
    places = np.zeros((len(roots), _KEYPOINTS, 2), np.float32)
    places[everyone, keypoints] = _settled(heads, cells, keypoints)
    for sources, targets, displacements in WAYS[keypoints].transpose(1, 2, 0):
        place = places[everyone, sources]
        rows, columns = _cells(heads, place).T
        place = place + heads.displacements[rows, columns, displacements]
        for _ in range(_REFINEMENTS):
            place = _settled(heads, _cells(heads, place), targets)
        places[everyone, targets] = place
    rows, columns = np.moveaxis(_cells(heads, places), 2, 0)
    scores = heads.scores[rows, columns, np.arange(_KEYPOINTS)]
    return np.concatenate((places, scores[..., None]), axis=2)


def _cells(heads: Heads, places: FloatArray) -> NDArray[np.intp]:
    """``(..., 2)`` the cell nearest to each place."""
    last = np.array(heads.scores.shape[:2], np.intp) - 1
    near = np.rint(np.clip(places / heads.stride, 0, last))
    return near.astype(np.intp)


def _settled(heads: Heads, cells: NDArray[np.intp], keypoints: NDArray[np.intp]) -> FloatArray:
    """``(n, 2)``: where cells see their keypoint, kept inside of the input."""
    rows, columns = cells.T
    last = (np.array(heads.scores.shape[:2], np.float32) - 1) * heads.stride
    places: FloatArray = cells.astype(np.float32) * heads.stride + heads.offsets[rows, columns, keypoints]
    return np.clip(places, 0, last)


def _distinct(people: FloatArray, roots: NDArray[np.intp], most: int) -> list[int]:
    """The numbers of those who are neither begun on somebody before them nor somebody's shadow."""
    kept: list[int] = []
    for number, root in enumerate(roots):
        if len(kept) == most:
            break
        apart = people[kept, :, :2] - people[number, :, :2]
        taken = ((apart**2).sum(axis=2) <= _SAME_PX**2).any(axis=0)
        own = people[number, :, 2][~taken].sum() / _KEYPOINTS
        if not taken[root] and own >= _PERSON_SCORE:
            kept.append(number)
    return kept
