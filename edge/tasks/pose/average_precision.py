"""Average precision and recall of people's keypoints, as COCO's own evaluation counts them.

After the definition on https://cocodataset.org/#keypoints-eval. What is found is matched with who is there, the surest
first, once for each of ten thresholds of the object keypoint similarity (OKS): AP is the mean, over the thresholds, of
the precision at 101 recalls, made monotone; AR the mean of the recalls. The figures are those of pycocotools on the
same results, which a test holds them to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.tasks.common.evaluation.entry import Annotation
    from edge.types import FloatArray

    Doubles = NDArray[np.float64]
    Truths = NDArray[np.bool_]

THRESHOLDS = np.linspace(0.5, 0.95, 10)
_RECALLS = np.linspace(0.0, 1.0, 101)
_MOST = 20
"""So many of those found in a picture count, the surest."""
_VARIANCES = (2 * COCO_17.falloffs.astype(np.float64)) ** 2
_EPSILON = float(np.spacing(1))


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found: ``keypoints`` is ``(17, 2)``: x, y in pixels."""

    keypoints: FloatArray
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """One picture, with so many ``people`` to be found.

    ``scores`` ``(n,)`` are of those found, the surest first. At each threshold each is right or not (``hits``), or does
    not count (``left_out``), both ``(10, n)``.
    """

    scores: Doubles
    hits: Truths
    left_out: Truths
    people: int


def match(people: Sequence[Annotation], found: Sequence[Found]) -> Matched:
    """Who of those ``found`` in a picture is who of those in it."""
    counting = [one for one in people if _counts(one)]
    ordered = [*counting, *(one for one in people if not _counts(one))]  # who does not count is matched last
    surest = sorted(found, key=lambda one: -one.score)[:_MOST]
    alike = np.array([[similarity(one, other.keypoints) for one in ordered] for other in surest]).reshape(
        len(surest), len(ordered)
    )
    crowds = [one.is_crowd for one in ordered]
    pairs = [_pair(alike, threshold, len(counting), crowds) for threshold in THRESHOLDS]
    shape = len(THRESHOLDS), len(surest)
    person = np.array(pairs, int).reshape(shape)
    left_out = person >= len(counting)
    scores = np.array([one.score for one in surest], np.float64)
    return Matched(scores, (person >= 0) & ~left_out, left_out, len(counting))


def similarity(person: Annotation, keypoints: FloatArray) -> float:
    """OKS, 0..1, of ``(17, 2)`` x, y in pixels with somebody, over the keypoints that are labelled.

    Of whom none is, it is how far keypoints lie outside twice the box.
    """
    labelled = person.labelled
    if labelled.any():
        apart = keypoints.astype(np.float64)[labelled] - person.keypoints[labelled, :2]
        variances = _VARIANCES[labelled]
    else:
        x, y, width, height = person.box_px
        low, high = np.array((x - width, y - height)), np.array((x + 2 * width, y + 2 * height))
        apart = np.maximum(low - keypoints, 0) + np.maximum(keypoints - high, 0)
        variances = _VARIANCES
    squared = (apart**2).sum(axis=1) / variances / (person.area_px + _EPSILON) / 2
    return float(np.exp(-squared).mean())


def average_precision(pictures: Sequence[Matched]) -> Doubles:
    """AP at each threshold, ``(10,)``; NaN where nobody is there to be found."""
    curves = precisions(pictures)
    return np.full(len(THRESHOLDS), np.nan) if curves is None else np.asarray(curves.mean(axis=1))


def precisions(pictures: Sequence[Matched]) -> Doubles | None:
    """The precision at the recalls 0, 0.01 … 1 for each threshold, ``(10, 101)``; None where nobody is there."""
    people = sum(one.people for one in pictures)
    if not people:
        return None
    scores, hits, left_out = _joined(pictures)
    order = np.argsort(-scores, kind="mergesort")
    right = np.cumsum(hits[:, order], axis=1, dtype=np.float64)
    wrong = np.cumsum(~hits[:, order] & ~left_out[:, order], axis=1, dtype=np.float64)
    return np.array([_curve(*counts, people) for counts in zip(right, wrong, strict=True)])


def average_recall(pictures: Sequence[Matched]) -> Doubles:
    """The recall at each threshold, ``(10,)``; NaN where nobody is there to be found."""
    people = sum(one.people for one in pictures)
    if not people:
        return np.full(len(THRESHOLDS), np.nan)
    return np.asarray(_joined(pictures)[1].sum(axis=1) / people)


def _counts(one: Annotation) -> bool:
    return bool(one.labelled.any()) and not one.is_crowd


def _pair(alike: Doubles, threshold: float, counting: int, crowds: Sequence[bool]) -> list[int]:
    """For each of those found the number of who it is, -1 for nobody: the most alike who is not taken yet.

    Those from number ``counting`` on do not count, and are taken only where nobody else is. A crowd is never taken.
    """
    taken: set[int] = set()
    pairs = []
    for row in alike:
        best, most = -1, min(threshold, 1 - 1e-10)
        for number, value in enumerate(row):
            if number in taken and not crowds[number]:
                continue
            if 0 <= best < counting <= number:
                break
            if value >= most:
                best, most = number, value
        pairs.append(best)
        taken.add(best)
    return pairs


def _joined(pictures: Sequence[Matched]) -> tuple[Doubles, Truths, Truths]:
    scores = np.concatenate([one.scores for one in pictures])
    hits = np.concatenate([one.hits for one in pictures], axis=1)
    return scores, hits, np.concatenate([one.left_out for one in pictures], axis=1)


def _curve(right: Doubles, wrong: Doubles, people: int) -> Doubles:
    precision = right / (right + wrong + _EPSILON)
    monotone = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / people, _RECALLS, side="left")
    return np.append(monotone, 0.0)[np.minimum(places, len(monotone))]
