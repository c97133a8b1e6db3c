"""Who in this frame is whom of the last: similarity of people, the best pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from edge.types import FloatArray

_WIDENING = 2.5
"""Between two frames people move and models err: as many falloffs as COCO allows a person who labels a still."""
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
    rows, count = likeness.shape
    if min(rows, count) == 1:  # most often: there is no choice but the best
        row, column = divmod(int(likeness.argmax()), count)
        return {row: column} if likeness[row, column] >= least and likeness[row, column] > 0 else {}
    usable = np.where(likeness >= least, likeness, 0.0)
    size = max(rows, count)
    cost = np.zeros((size, size))
    cost[:rows, :count] = -usable
    return {
        row: column
        for row, column in enumerate(_assign(cost))
        if row < rows and column < count and usable[row, column] > 0
    }


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
