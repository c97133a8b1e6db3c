"""Who is whom."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.association import best_pairs, similarity
from edge.tracking.geometry import box_area_px, box_around, columns, extent
from tests.tracking.test_crop import standing

if TYPE_CHECKING:
    from edge.types import FloatArray


PICTURE = (480, 640)
PICTURES = [(480, 640), (720, 1280), (1280, 720)]


def figure(picture: tuple[int, int], down_px: float = 0.0, right_px: float = 0.0, *, lies: bool = False) -> FloatArray:
    """Somebody in the middle, 283 pixels long whatever the picture, moved by so many pixels."""
    person = standing()
    around_px = (person[:, 1::-1] if lies else person[:, :2]) * 480 - 240
    person[:, :2] = (around_px + np.array((down_px, right_px))) / picture + 0.5
    return person


@pytest.mark.parametrize("shape", [(0, 0), (1, 0), (0, 1), (2, 0)])
def test_where_one_side_is_empty_there_are_no_pairs(shape: tuple[int, int]) -> None:
    assert best_pairs(np.zeros(shape, np.float32), 0.0) == {}


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000))
def test_the_pairs_are_the_best_there_are(rows: int, columns: int, seed: int) -> None:
    likeness = np.random.default_rng(seed).uniform(0, 1, (rows, columns)).astype(np.float32)
    usable = np.where(likeness >= 0.3, likeness, 0.0)
    wide = usable if rows <= columns else usable.T

    best = max(
        sum(wide[row, column] for row, column in enumerate(order))
        for order in permutations(range(wide.shape[1]), wide.shape[0])
    )

    pairs = best_pairs(likeness, 0.3)
    assert abs(sum(likeness[row, column] for row, column in pairs.items()) - best) < 1e-5
    assert len(set(pairs.values())) == len(pairs)
    assert all(likeness[row, column] >= 0.3 for row, column in pairs.items())


def test_greedy_pairs_would_leave_somebody_alone() -> None:
    assert best_pairs(np.array([[0.9, 0.8], [0.85, 0.1]], np.float32), 0.2) == {0: 1, 1: 0}


def test_a_person_is_like_itself_and_less_like_one_a_step_away() -> None:
    person = standing()
    moved = person.copy()
    moved[:, 1] += 0.05

    assert similarity(person, person, 20_000, PICTURE, 0.2) == 1
    assert 0 < similarity(person, moved, 20_000, PICTURE, 0.2) < 1


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("shift_px", [(0, 36), (36, 0), (-36, 0), (21.6, 28.8)], ids=["x", "y", "-y", "aslant"])
def test_a_shift_counts_by_its_pixels_in_any_direction_and_shape_of_picture(
    picture: tuple[int, int], shift_px: tuple[float, float]
) -> None:
    """36 pixels over a person of 77 by 283: 0.66 whichever way, in a wide picture too."""
    person, moved = figure(picture), figure(picture, *shift_px)
    area_px = box_area_px(box_around(extent(columns(person), 0.2)), picture)

    assert area_px == pytest.approx(76.8 * 283.2, rel=1e-3)
    assert similarity(person, moved, area_px, picture, 0.2) == pytest.approx(0.66, abs=0.005)
