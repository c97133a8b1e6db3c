"""Who is whom."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.association import best_pairs, doubles, similarity
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


def test_the_second_report_of_a_person_is_a_double() -> None:
    person, other = standing(0.5), standing(0.5)
    other[:, 1] += 0.3
    again = person + np.float32(0.005)
    people = [person, other, again]

    assert doubles([box_around(extent(columns(one), 0.2)) for one in people], people, PICTURE, 0.55, 0.2) == {2}


HEAD_AND_SHOULDERS, UPPER_HALF, WHOLE = 7, 13, 17


def part(person: FloatArray, rows: int) -> FloatArray:
    """What of somebody is in the first rows; the other keypoints are not seen."""
    return np.where(np.arange(17)[:, None] < rows, person, person * (1, 1, 0)).astype(np.float32)


def sized(share: float, about_px: float) -> FloatArray:
    """Somebody smaller in front of or behind the one in the middle, about a place so far below that one's hips."""
    centre = np.array((about_px, 0)) / PICTURE + 0.5
    person = figure(PICTURE)
    person[:, :2] = (person[:, :2] - centre) * share + centre
    return person


def are_one(*people: FloatArray) -> bool:
    found = doubles([box_around(extent(columns(one), 0.2)) for one in people], people, PICTURE, 0.55, 0.2)
    return found == {1}


@pytest.mark.parametrize("rows", [HEAD_AND_SHOULDERS, UPPER_HALF, WHOLE])
def test_a_part_of_a_person_is_that_person(rows: int) -> None:
    whole, fragment = figure(PICTURE), part(figure(PICTURE, 5, 8), rows)

    assert are_one(whole, fragment)
    assert are_one(fragment, whole)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(sized(0.5, 134), id="a child in front, its feet on the same floor"),
        pytest.param(part(sized(0.6, 134), UPPER_HALF), id="a child in front, its upper half"),
        pytest.param(sized(0.5, -20), id="somebody far behind"),
        pytest.param(part(figure(PICTURE, 0, 25), HEAD_AND_SHOULDERS), id="a head over the shoulder"),
        pytest.param(figure(PICTURE, 0, 42), id="two who hug"),
    ],
)
def test_two_who_overlap_stay_two(other: FloatArray) -> None:
    assert not are_one(figure(PICTURE), other)
    assert not are_one(other, figure(PICTURE))


@pytest.mark.parametrize("shift_px", [(0, 28), (28, 0)], ids=["x", "y"])
@pytest.mark.parametrize("picture", PICTURES)
def test_whether_a_report_is_a_double_depends_on_no_shape(
    picture: tuple[int, int], shift_px: tuple[float, float]
) -> None:
    def doubled(share: float) -> set[int]:
        both = [figure(picture), figure(picture, shift_px[0] * share, shift_px[1] * share)]
        return doubles([box_around(extent(columns(one), 0.2)) for one in both], both, picture, 0.75, 0.2)

    assert (doubled(0.9), doubled(1.1)) == ({1}, set())
