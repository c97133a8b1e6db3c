"""From the numbers of a single-shot detector to what it has found."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.types import FloatArray

_MOST_LOGIT = 80.0
"""Beyond this a sigmoid is 0 or 1, and its exponential an infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What was found in a model's input, in 0..1 of it.

    ``scores`` are ``(n,) float32``, ``boxes`` ``(n, 4)`` left, top, right, bottom, ``keypoints`` ``(n, k, 2)`` x, y.
    """

    scores: FloatArray
    boxes: FloatArray
    keypoints: FloatArray

    def of(self, rows: NDArray[np.intp | np.bool_]) -> Detections:
        """Some of them, by their numbers or by a mask."""
        return Detections(self.scores[rows], self.boxes[rows], self.keypoints[rows])


def sigmoid(logits: FloatArray) -> FloatArray:
    """Probabilities 0..1 of logits; whatever they are, nothing overflows."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_MOST_LOGIT, _MOST_LOGIT))), np.float32)


def decode(offsets: FloatArray, logits: FloatArray, anchors: FloatArray, input_px: int, least: float) -> Detections:
    """Whatever scores at least ``least``, in the order of the anchors.

    ``offsets`` are ``(n, 4 + 2k)`` pixels of the input: x, y of the centre from the anchor's, width, height, then x, y
    of each keypoint from the anchor's centre; ``logits`` are ``(n,)``; ``anchors`` as :func:`.anchors.ssd_anchors`
    makes them.
    """
    bound = -inf if least <= 0 else inf if least >= 1 else log(least / (1 - least))
    rows = np.flatnonzero(logits >= bound)
    sizes, places = anchors[rows, 2:], anchors[rows, :2]
    points = offsets[rows].reshape(len(rows), offsets.shape[1] // 2, 2) / np.float32(input_px) * sizes[:, None]
    centres, halves = points[:, 0] + places, points[:, 1] * np.float32(0.5)
    boxes = np.concatenate((centres - halves, centres + halves), axis=1)
    return Detections(sigmoid(logits[rows]), boxes, points[:, 2:] + places[:, None])


def weighted_suppression(found: Detections, least_iou: float) -> Detections:
    """One detection for each thing, best first: the mean of all that overlap the best of them by more than a share.

    After Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019: boxes and
    keypoints are averaged by score, which shakes less than picking one; the score stays the best one's.
    """
    left = found.of(np.argsort(-found.scores, kind="stable"))
    kept: list[Detections] = []
    while len(left.scores):
        same = _ious(left.boxes[0], left.boxes) > least_iou
        same[0] = True
        kept.append(_mean(left.of(same)))
        left = left.of(~same)
    return _joined(kept) if kept else left


def _joined(parts: list[Detections]) -> Detections:
    columns = zip(*((part.scores, part.boxes, part.keypoints) for part in parts), strict=True)
    return Detections(*(np.concatenate(column) for column in columns))


def _mean(same: Detections) -> Detections:
    """One of several, the best first, by their scores."""
    weights = same.scores / same.scores.sum()
    boxes = np.tensordot(weights, same.boxes, axes=1)
    return Detections(same.scores[:1], boxes[None], np.tensordot(weights, same.keypoints, axes=1)[None])


def _ious(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """Intersection over union of a box with each of ``(n, 4)``."""
    shared = _area(np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:]))
    union = _area(box[:2], box[2:]) + _area(boxes[:, :2], boxes[:, 2:]) - shared
    return np.asarray(shared / np.maximum(union, np.finfo(np.float32).tiny), np.float32)


def _area(low: FloatArray, high: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(high - low, 0).prod(axis=-1), np.float32)
