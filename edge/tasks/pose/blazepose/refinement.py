"""Landmarks moved to where their heatmaps say they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.detections import sigmoid

if TYPE_CHECKING:
    from edge.types import FloatArray

_REACH = 3
"""A landmark is looked for so many cells around where it was said to be."""
_LEAST_CONFIDENCE = 0.5


def refined(places: FloatArray, heatmaps: FloatArray) -> FloatArray:
    """``(k, 2)`` x, y in 0..1 of the input, each the centre of mass around it in its map where that is sure enough.

    ``heatmaps`` are ``(rows, columns, k)`` logits. After MediaPipe's ``refine_landmarks_from_heatmap_calculator.cc``.
    """
    size = np.array(heatmaps.shape[1::-1])
    cells = (places * size).astype(int)
    moved = places.copy()
    for number, (column, row) in enumerate(cells):
        if not (0 <= column < size[0] and 0 <= row < size[1]):
            continue
        top, left = max(row - _REACH, 0), max(column - _REACH, 0)
        around = sigmoid(heatmaps[top : row + _REACH + 1, left : column + _REACH + 1, number])
        if around.max() >= _LEAST_CONFIDENCE:
            total = around.sum()
            rows, columns = np.arange(around.shape[0]) + top, np.arange(around.shape[1]) + left
            moved[number] = (around.sum(axis=0) @ columns / total, around.sum(axis=1) @ rows / total) / size
    return moved
