"""How far landmarks are off, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tasks.common.evaluation.entry import Annotation
from edge.tasks.common.evaluation.landmark_error import Target, error_figures, errors, labelled_places

SQUARE = np.array([(0, 0), (100, 0), (100, 100), (0, 100)], np.float32)


def target(at_px: float = 0.0, unit_px: float = 50.0) -> Target:
    """A square of four landmarks."""
    return Target(np.arange(4), SQUARE + np.float32(at_px), unit_px)


def test_the_error_is_the_mean_distance_in_units() -> None:
    off = SQUARE + np.array([(3, 4), (0, 0), (6, 8), (0, 5)], np.float32)
    assert target().error(off) == pytest.approx((5 + 0 + 10 + 5) / 4 / 50)


def test_landmarks_that_are_not_labelled_do_not_count() -> None:
    some = Target(np.array([0, 2]), SQUARE[[0, 2]], 10.0)
    off = SQUARE + np.array([(3, 4), (900, 0), (0, 0), (900, 0)], np.float32)
    assert some.error(off) == pytest.approx(5 / 2 / 10)


def test_each_is_paired_with_the_nearest_and_who_is_far_from_all_is_missed() -> None:
    near, far, nowhere = target(), target(300), target(900)
    found = [SQUARE + np.array((310, 300), np.float32), SQUARE + np.array((0, 5), np.float32)]
    assert errors([near, far, nowhere], found) == pytest.approx((0.1, 0.2, None))
    assert errors([near], []) == (None,)
    assert errors([], found) == ()


@pytest.mark.parametrize(("off_px", "error"), [(49.0, 0.98), (51.0, None)])
def test_what_is_further_off_than_a_unit_is_something_else(off_px: float, error: float | None) -> None:
    assert errors([target()], [SQUARE + np.array((off_px, 0), np.float32)]) == pytest.approx((error,))


def test_in_less_than_a_pixel_no_error_is_told() -> None:
    with pytest.raises(ValueError, match=r"what measures it is 0\.5 pixels long, less than one"):
        target(unit_px=0.5)


def test_a_model_may_have_the_first_landmarks_alone() -> None:
    some = Target(np.array([0, 3, 1]), SQUARE[[0, 3, 1]], 10.0).of_the_first(2)
    assert some.rows.tolist() == [0, 1]
    assert some.error(SQUARE[:2] + np.array((5, 0), np.float32)) == pytest.approx(0.5)


def test_one_that_is_found_counts_once() -> None:
    assert errors([target(), target(10)], [SQUARE + np.float32(10)]) == pytest.approx((None, 0.0))


def test_the_figures_are_over_those_found_and_the_share_of_them() -> None:
    error, found = error_figures("MNAE", [(0.1, None), (0.3,), ()], "hands")
    assert (error.name, error.count, found.name, found.count) == ("MNAE", 2, "found", 3)
    assert (error.value, found.value) == pytest.approx((0.2, 2 / 3))


def test_nothing_found_is_no_error() -> None:
    error, found = error_figures("MNAE", [(None,)], "hands")
    assert (error.value, found.value) == (None, 0.0)


def test_landmarks_are_known_by_their_names() -> None:
    keypoints = np.array([(1, 2, 2), (3, 4, 0), (5, 6, 1)], np.float32)
    one = Annotation(("c", "b", "a"), keypoints, (0, 0, 1, 1), 1.0)
    rows, places = labelled_places(one, {"a": 0, "b": 1, "c": 2})
    assert rows.tolist() == [2, 0]
    assert places.tolist() == [[1, 2], [5, 6]]
    with pytest.raises(ValueError, match="has a keypoint 'c', which is none of this task"):
        labelled_places(one, {"a": 0, "b": 1})


@given(st.floats(0.1, 10), st.floats(-20, 20))
def test_the_error_grows_with_the_picture_as_the_unit_does(scale: float, off_px: float) -> None:
    plain = target().error(SQUARE + np.float32(off_px))
    scaled = Target(np.arange(4), SQUARE * np.float32(scale), 50 * scale)
    assert scaled.error((SQUARE + np.float32(off_px)) * np.float32(scale)) == pytest.approx(plain, rel=1e-3, abs=1e-4)
