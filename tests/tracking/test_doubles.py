"""People who are reported twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tracking.doubles import doubles
from edge.tracking.geometry import box_around, columns, covered, extent
from tests.tracking.test_association import PICTURE, PICTURES, figure
from tests.tracking.test_crop import standing

if TYPE_CHECKING:
    from edge.types import FloatArray


def test_the_second_report_of_a_person_is_a_double() -> None:
    person, other = standing(0.5), standing(0.5)
    other[:, 1] += 0.3
    again = person + np.float32(0.005)
    people = [person, other, again]

    assert doubles([box_around(extent(columns(one), 0.2)) for one in people], people, PICTURE, 0.55, 0.2) == {2}


HEAD_AND_SHOULDERS, UPPER_HALF = 7, 13


def part(person: FloatArray, rows: int) -> FloatArray:
    """What of somebody is in the first rows; the other keypoints are not seen."""
    return np.where(np.arange(17)[:, None] < rows, person, person * (1, 1, 0)).astype(np.float32)


def sized(share: float, about_px: float) -> FloatArray:
    """Somebody smaller in front of or behind the one in the middle, about a place so far below that one's hips."""
    centre = np.array((about_px, 0)) / PICTURE + 0.5
    person = figure(PICTURE)
    person[:, :2] = (person[:, :2] - centre) * share + centre
    return person


def faceless(person: FloatArray, aside_px: float) -> FloatArray:
    """The same from the back, moved aside."""
    moved = person + np.array((0, aside_px / PICTURE[1], 0), np.float32)
    moved[:5, 2] = 0
    return moved


def again(*people: FloatArray) -> set[int]:
    return doubles([box_around(extent(columns(one), 0.2)) for one in people], people, PICTURE, 0.55, 0.2)


def test_a_part_of_a_person_is_that_person() -> None:
    whole, fragment = figure(PICTURE), part(figure(PICTURE, 5, 8), HEAD_AND_SHOULDERS)

    assert again(whole, fragment) == {1}
    assert again(fragment, whole) == {0}


def test_of_two_who_are_nearly_as_large_the_better_one_counts() -> None:
    whole, fragment = figure(PICTURE), part(figure(PICTURE, 5, 8), UPPER_HALF)

    assert again(whole, fragment) == again(fragment, whole) == {1}


def test_a_part_that_lies_too_far_off_is_somebody() -> None:
    whole = figure(PICTURE)
    shifts_px = range(0, 40, 4)

    found = [bool(again(whole, part(figure(PICTURE, 0, shift_px), HEAD_AND_SHOULDERS))) for shift_px in shifts_px]

    assert found == sorted(found, reverse=True)
    assert 8 <= max(shift_px for shift_px, is_part in zip(shifts_px, found, strict=True) if is_part) <= 16


@pytest.mark.parametrize(("reach_px", "is_part"), [(80, True), (90, False)])
def test_a_part_reaches_little_beyond_the_whole(reach_px: float, is_part: bool) -> None:
    """A head at the same place, and a wrist that the whole does not have."""
    whole, fragment = figure(PICTURE), part(figure(PICTURE), HEAD_AND_SHOULDERS)
    whole[9, 2] = 0
    fragment[9] = (0.45, whole[:, 1].mean() - reach_px / PICTURE[1], 0.9)
    whole_box, box = (box_around(extent(columns(one), 0.2)) for one in (whole, fragment))

    assert (covered(whole_box, box) >= 0.6) is is_part
    assert again(whole, fragment) == ({1} if is_part else set())


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(sized(0.5, 134), id="a child in front, its feet on the same floor"),
        pytest.param(part(sized(0.6, 134), UPPER_HALF), id="a child in front, its upper half"),
        pytest.param(sized(0.5, -20), id="somebody far behind"),
        pytest.param(part(figure(PICTURE, 0, 25), HEAD_AND_SHOULDERS), id="a head over the shoulder"),
        pytest.param(figure(PICTURE, 0, 42), id="two who hug"),
        pytest.param(faceless(sized(0.8, -25), 30), id="a row further behind, from the back"),
    ],
)
def test_two_who_overlap_stay_two(other: FloatArray) -> None:
    assert again(figure(PICTURE), other) == set()
    assert again(other, figure(PICTURE)) == set()


@pytest.mark.parametrize("shift_px", [(0, 28), (28, 0)], ids=["x", "y"])
@pytest.mark.parametrize("picture", PICTURES)
def test_whether_a_report_is_a_double_depends_on_no_shape(
    picture: tuple[int, int], shift_px: tuple[float, float]
) -> None:
    def doubled(share: float) -> set[int]:
        both = [figure(picture), figure(picture, shift_px[0] * share, shift_px[1] * share)]
        return doubles([box_around(extent(columns(one), 0.2)) for one in both], both, picture, 0.75, 0.2)

    assert (doubled(0.9), doubled(1.1)) == ({1}, set())
