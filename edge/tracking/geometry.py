"""Measures on people: boxes, overlap, keypoint similarity.

People are arrays of ``(17, 3) float32``: y, x, score. Coordinates may be normalised or pixels where nothing else is
said; the two axes of a similarity must have the same unit. What is done for every frame works on the 17 rows as plain
numbers: between two inferences the caches are cold, and a handful of numpy calls costs more than a short loop.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.types import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import FloatArray

Rows: TypeAlias = "Sequence[Sequence[float]]"
"""The rows of a person's keypoints as Python floats: y, x, score each."""

COCO_FALLOFFS: FloatArray = np.array(
    [
        0.026,
        0.025,
        0.025,
        0.035,
        0.035,
        0.079,
        0.079,
        0.072,
        0.072,
        0.062,
        0.062,
        0.107,
        0.107,
        0.087,
        0.087,
        0.089,
        0.089,
    ],
    np.float32,
)
"""Per-keypoint standard deviations of the COCO keypoint evaluation, in COCO order."""

_VARIANCES = (2 * COCO_FALLOFFS) ** 2


def keypoint_box(rows: Rows, min_score: float) -> Box:
    """The box around the keypoints scored at least ``min_score`` (around all where none is), cut to 0..1."""
    confident = [row for row in rows if row[2] >= min_score] or rows
    ys, xs = [row[0] for row in confident], [row[1] for row in confident]
    top, left = _unit(min(ys)), _unit(min(xs))
    return Box(x=left, y=top, width=_unit(max(xs)) - left, height=_unit(max(ys)) - top)


def mean_score(rows: Rows) -> float:
    """The mean score of all keypoints."""
    return math.fsum([row[2] for row in rows]) / len(rows)  # sum() rounds differently from Python 3.12 on


def oks(person: FloatArray, other: FloatArray, area: float, min_score: float) -> float:
    """Object keypoint similarity 0..1 over the keypoints that both have with at least ``min_score``.

    After the COCO keypoint evaluation; ``area`` is the person's in squared units of the coordinates. 0 where they have
    no keypoint in common.
    """
    both = (person[:, 2] >= min_score) & (other[:, 2] >= min_score)
    if not both.any() or area <= 0:
        return 0.0
    squared = ((person[both, :2] - other[both, :2]) ** 2).sum(axis=1)
    return float(np.exp(-squared / (2 * area * _VARIANCES[both])).mean())


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0..1."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (a.width * a.height + b.width * b.height - shared)


def _unit(value: float) -> float:
    return min(max(value, 0.0), 1.0)
