"""Measures on people: boxes, overlap, keypoint similarity.

People are arrays of ``(17, 3) float32``: y, x, score. Coordinates may be normalised or pixels where nothing else is
said; the two axes of a similarity must have the same unit. What is done for every frame works on columns of 17 plain
numbers: between two inferences the caches are cold, and a handful of numpy calls costs more than a short loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.tracking.keypoints import COCO_17
from edge.types import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import FloatArray


class Columns(NamedTuple):
    """The keypoints of a person as Python floats: 17 ys, 17 xs, 17 scores."""

    ys: list[float]
    xs: list[float]
    scores: list[float]


class Extent(NamedTuple):
    """The reach of some keypoints, normalised; it may lie beyond the picture."""

    top: float
    left: float
    bottom: float
    right: float


_VARIANCES = (2 * COCO_17.falloffs) ** 2


def columns(person: FloatArray) -> Columns:
    """The columns of ``(17, 3)`` keypoints."""
    return Columns(*person.T.tolist())


def extent(person: Columns, min_score: float) -> Extent:
    """The reach of the keypoints scored at least ``min_score`` (of all where none is)."""
    ys, xs, scores = person
    if min(scores) < min_score <= max(scores):
        ys = [y for y, score in zip(ys, scores, strict=True) if score >= min_score]
        xs = [x for x, score in zip(xs, scores, strict=True) if score >= min_score]
    return Extent(min(ys), min(xs), max(ys), max(xs))


def box_around(reach: Extent) -> Box:
    """The box of that extent, cut to 0..1."""
    if min(reach) < 0 or max(reach) > 1:
        reach = Extent(*[min(max(edge, 0.0), 1.0) for edge in reach])
    top, left, bottom, right = reach
    return Box(left, top, right - left, bottom - top)


def box_area_px(box: Box, picture: tuple[int, int]) -> float:
    """The area in square pixels of a normalised box in a picture of ``(height, width)`` pixels."""
    return box.width * picture[1] * box.height * picture[0]


def mean_score(scores: Sequence[float]) -> float:
    """The mean score of all keypoints."""
    total = 0.0  # sum() rounds otherwise from Python 3.12 on, fsum() raises for infinities
    for score in scores:
        total += score
    return total / len(scores)


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
    shared = _shared(a, b)
    return shared / (a.width * a.height + b.width * b.height - shared) if shared else 0.0


def covered(a: Box, b: Box) -> float:
    """The share of the smaller box that the other covers, 0..1."""
    shared = _shared(a, b)
    return shared / min(a.width * a.height, b.width * b.height) if shared else 0.0


def _shared(a: Box, b: Box) -> float:
    """The area of what two boxes have in common."""
    width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return width * height if width > 0 and height > 0 else 0.0
