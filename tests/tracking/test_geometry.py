"""Boxes, overlap, keypoint similarity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.geometry import box_around, columns, covered, extent, iou, mean_score, oks
from edge.tracking.keypoints import COCO_17
from edge.types import Box

BOXES = st.builds(Box, st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1), st.floats(0.01, 1))


def person(score: float = 1.0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    points = np.random.default_rng(3).uniform(0.3, 0.7, (17, 3)).astype(np.float32)
    points[:, 2] = score
    return points


def box_of(points: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Box:
    return box_around(extent(columns(points), 0.2))


def test_a_box_holds_the_confident_keypoints_only() -> None:
    points = person()
    points[0] = (0.9, 0.9, 0.1)
    points[1:3] = [(0.1, 0.2, 0.9), (0.8, 0.75, 0.9)]

    box = box_of(points)

    assert (box.x, box.y, box.width, box.height) == pytest.approx((0.2, 0.1, 0.55, 0.7))


def test_with_no_confident_keypoint_the_box_holds_all() -> None:
    points = person(score=0.05)

    assert box_of(points).width == pytest.approx(np.ptp(points[:, 1]))


def test_a_box_is_cut_at_the_frame() -> None:
    points = person()
    points[0] = (-0.5, 1.5, 1)

    box = box_of(points)

    assert box.y == 0
    assert box.x + box.width == 1


def test_the_same_person_has_similarity_1() -> None:
    assert oks(person(), person(), 0.1, 0.2) == pytest.approx(1)


def test_similarity_follows_the_coco_formula() -> None:
    """Moved by one falloff at unit area, each keypoint counts exp(-1/8)."""
    moved = person()
    moved[:, 0] += COCO_17.falloffs

    assert oks(person(), moved, 1.0, 0.2) == pytest.approx(np.exp(-1 / 8), rel=1e-4)


def test_people_without_a_keypoint_in_common_are_not_alike() -> None:
    assert oks(person(), person(score=0.1), 0.1, 0.2) == 0
    assert oks(person(), person(), 0.0, 0.2) == 0


def test_overlap_of_half() -> None:
    assert iou(Box(0, 0, 1, 1), Box(0, 0, 0.5, 1)) == pytest.approx(0.5)
    assert iou(Box(0, 0, 0.4, 1), Box(0.5, 0, 0.5, 1)) == 0


def test_what_lies_in_another_box_is_covered() -> None:
    assert covered(Box(0, 0, 1, 1), Box(0.2, 0.5, 0.1, 0.2)) == pytest.approx(1)
    assert covered(Box(0.2, 0.5, 0.1, 0.2), Box(0, 0, 0.25, 1)) == pytest.approx(0.5)
    assert covered(Box(0, 0, 0.4, 1), Box(0.5, 0, 0.5, 1)) == 0


@given(BOXES, BOXES)
def test_overlap_is_symmetric_and_bounded(a: Box, b: Box) -> None:
    assert iou(a, b) == pytest.approx(iou(b, a))
    assert 0 <= iou(a, b) <= 1 + 1e-9
    assert iou(a, a) == pytest.approx(1)


def test_a_mean_is_the_same_in_every_python() -> None:
    """``sum`` of these is a bit too little up to Python 3.11, and right from 3.12 on."""
    assert mean_score([0.1] * 10) == 0.09999999999999999


def test_a_mean_of_what_is_no_number_is_none() -> None:
    assert np.isnan(mean_score([np.inf, -np.inf, 0.5]))
