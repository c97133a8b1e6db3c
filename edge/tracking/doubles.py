"""People whom a model reports twice: once more, or a part of somebody beside the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from edge.tracking.association import similarity
from edge.tracking.geometry import box_area_px, covered, iou

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import Box, FloatArray

_DOUBLE_OVERLAP = 0.35
_PART_OVERLAP, _PART_SIMILARITY, _FACELESS_PART_SIMILARITY = 0.6, 0.8, 0.9
"""A part of somebody has its keypoints where the whole has them; who stands in front of somebody else does not."""
_PART_KEYPOINTS = 4
"""Fewer may be at the same places by chance; those of a body, whose falloffs are wide, sooner than those of a face."""
_FACE = 5
"""The first keypoints are the face's."""


class _Report(NamedTuple):
    """One of those reported: ``(17, 3)``, normalised to the picture, the box, and its area in square pixels."""

    keypoints: FloatArray
    box: Box
    area_px: float


def doubles(
    boxes: Sequence[Box], people: Sequence[FloatArray], picture: tuple[int, int], most: float, min_score: float
) -> set[int]:
    """The numbers of those who are the same person as somebody before them, who is better, or a part of somebody.

    That is whose boxes overlap and whose keypoints are more alike than ``most``; and the smaller box of two that lies
    mostly in the other, with the keypoints at the same places for the geometric mean of both areas. All are normalised
    to ``picture``.
    """
    reports = [_Report(one, box, box_area_px(box, picture)) for one, box in zip(people, boxes, strict=True)]
    found: set[int] = set()

    def alike(one: _Report, other: _Report, area_px: float) -> float:
        return similarity(one.keypoints, other.keypoints, area_px, picture, min_score)

    def is_again(one: _Report, other: _Report) -> bool:
        return iou(one.box, other.box) >= _DOUBLE_OVERLAP and alike(one, other, one.area_px) >= most

    def is_part(one: _Report, other: _Report) -> bool:
        if covered(one.box, other.box) < _PART_OVERLAP:
            return False
        both = (one.keypoints[:, 2] >= min_score) & (other.keypoints[:, 2] >= min_score)
        least = _PART_SIMILARITY if both[:_FACE].any() else _FACELESS_PART_SIMILARITY
        area_px = math.sqrt(one.area_px * other.area_px)
        return both.sum() >= _PART_KEYPOINTS and alike(one, other, area_px) >= least

    for later, report in enumerate(reports):
        for before in (number for number in range(later) if number not in found):
            if is_again(reports[before], report):
                found.add(later)
            elif is_part(reports[before], report):
                found.add(before if reports[before].area_px < report.area_px else later)
            if later in found:
                break
    return found
