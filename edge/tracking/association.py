"""Who in this frame is whom of the last: similarity of people, doubles left out, the best pairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.geometry import box_area_px, covered, iou
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import Box, FloatArray

_WIDENING = 2.5
"""Between two frames people move and models err: as many falloffs as COCO allows a person who labels a still."""
_DOUBLE_OVERLAP = 0.35
_PART_OVERLAP, _PART_SIMILARITY = 0.6, 0.8
"""A part of somebody has its keypoints where the whole has them; who stands in front of somebody else does not."""
_VARIANCES = (2 * _WIDENING * COCO_17.falloffs) ** 2


def similarity(
    person: FloatArray, other: FloatArray, area_px: float, picture: tuple[int, int], min_score: float
) -> float:
    """How alike two people of one picture are, 0..1: OKS over the keypoints that both have, with wide falloffs.

    Both are ``(17, 3)`` y, x, score, normalised to ``picture``, its ``(height, width)`` in pixels; ``area_px`` is the
    person's area in square pixels. Distances are taken in pixels: normalised axes are stretched unlike.
    """
    both = (person[:, 2] >= min_score) & (other[:, 2] >= min_score)
    if area_px <= 0 or not both.any():
        return 0.0
    apart_px = (person[both, :2] - other[both, :2]) * np.array(picture, np.float32)
    return float(np.exp(-(apart_px**2).sum(axis=1) / (2 * area_px * _VARIANCES[both])).mean())


def best_pairs(likeness: FloatArray, least: float) -> dict[int, int]:
    """For each row that has one its column: of all ways to pair them the one with the greatest sum.

    ``likeness`` is ``(rows, columns)``; pairs below ``least`` are none. After Kuhn and Munkres, by augmenting paths;
    made for a handful of people.
    """
    usable = np.where(likeness >= least, likeness, 0.0)
    rows, count = usable.shape
    size = max(rows, count)
    cost = np.zeros((size, size))
    cost[:rows, :count] = -usable
    return {
        row: column
        for row, column in enumerate(_assign(cost))
        if row < rows and column < count and usable[row, column] > 0
    }


def doubles(
    boxes: Sequence[Box], people: Sequence[FloatArray], picture: tuple[int, int], most: float, min_score: float
) -> set[int]:
    """The numbers of those who are the same person as somebody before them (who is better).

    That is whose boxes overlap and whose keypoints are more alike than ``most``, and parts of a person, or the whole of
    a part: of whose boxes the smaller lies mostly in the other, with the keypoints at the same places for the geometric
    mean of both areas. All are normalised to ``picture``.
    """
    found: set[int] = set()
    areas_px = [box_area_px(box, picture) for box in boxes]

    def alike(one: int, other: int, area_px: float) -> float:
        return similarity(people[one], people[other], area_px, picture, min_score)

    def is_same(one: int, other: int) -> bool:
        if iou(boxes[one], boxes[other]) >= _DOUBLE_OVERLAP and alike(one, other, areas_px[one]) >= most:
            return True
        if covered(boxes[one], boxes[other]) < _PART_OVERLAP:
            return False
        return alike(one, other, math.sqrt(areas_px[one] * areas_px[other])) >= _PART_SIMILARITY

    for later in range(1, len(people)):
        if any(is_same(before, later) for before in range(later) if before not in found):
            found.add(later)
    return found


def _assign(cost: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[int]:
    """The column of each row of a square matrix that makes the sum least (Jonker and Volgenant's shortest paths)."""
    n = len(cost)
    row_price, column_price = np.zeros(n + 1), np.zeros(n + 1)
    row_of, way = np.zeros(n + 1, int), np.zeros(n + 1, int)
    for row in range(1, n + 1):
        row_of[0], column = row, 0
        least, done = np.full(n + 1, np.inf), np.zeros(n + 1, bool)
        while row_of[column]:
            done[column] = True
            here = row_of[column]
            reduced = cost[here - 1] - row_price[here] - column_price[1:]
            better = ~done[1:] & (reduced < least[1:])
            least[1:][better], way[1:][better] = reduced[better], column
            step_column = int(np.where(done[1:], np.inf, least[1:]).argmin()) + 1
            step = least[step_column]
            row_price[row_of[done]] += step
            column_price[done] -= step
            least[~done] -= step
            column = step_column
        while column:
            row_of[column] = row_of[way[column]]
            column = way[column]
    answer = [0] * n
    for column in range(1, n + 1):
        answer[row_of[column] - 1] = column - 1
    return answer
