"""What people wear decides where places leave doubt, and only there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tracking.clothing import BINS, Clothing, alone, with_clothes
from edge.tracking.people import PeopleTracker
from edge.tracking.person import PeopleParameters
from tests.tracking.test_people import PICTURE, at

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

UNKNOWN = np.zeros(BINS, np.uint8)
LEAST = 0.2


def wearing(*bins: int) -> ImageArray:
    """A histogram with equal weight in these bins."""
    histogram = UNKNOWN.copy()
    histogram[list(bins)] = 240 // len(bins)
    return histogram


RED, BLUE = wearing(3), wearing(200)


def known(histogram: ImageArray) -> Clothing:
    clothing = Clothing()
    clothing.add(histogram, 0.0)
    return clothing


def places(*rows: tuple[float, ...]) -> FloatArray:
    return np.array(rows, np.float32)


def test_clothes_are_alike_by_the_colours_they_share() -> None:
    assert known(RED).likeness(RED) == pytest.approx(1)
    assert known(RED).likeness(BLUE) == 0
    assert known(RED).likeness(wearing(3, 200)) == pytest.approx(math.sqrt(0.5))


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    assert math.isnan(known(UNKNOWN).likeness(RED))
    assert math.isnan(known(RED).likeness(UNKNOWN))
    assert math.isnan(known(RED).likeness(None))


def test_what_somebody_wears_changes_slowly() -> None:
    clothing = Clothing()
    for index in range(60):
        clothing.add(RED, index / 30)
    clothing.add(BLUE, 60 / 30)
    after_one_look = clothing.likeness(RED)
    for index in range(61, 200):
        clothing.add(BLUE, index / 30)

    assert after_one_look > 0.95
    assert clothing.likeness(BLUE) > 0.95


def test_of_two_at_one_place_clothes_tell_who_is_who() -> None:
    alike = with_clothes(places((0.60, 0.65), (0.65, 0.60)), places((1.0, 0.1), (0.1, 1.0)), LEAST)

    assert alike[0, 0] > alike[0, 1]
    assert alike[1, 1] > alike[1, 0]


def test_the_same_clothes_change_nothing() -> None:
    found = places((0.60, 0.65), (0.65, 0.0))

    np.testing.assert_allclose(with_clothes(found, places((0.9, 0.9), (0.9, 0.9)), LEAST), found)


def test_what_nobody_knows_changes_nothing() -> None:
    found, unknown = places((0.60, 0.65)), places((math.nan, math.nan))

    np.testing.assert_array_equal(with_clothes(found, unknown, LEAST), found)


def test_a_clear_place_stays_possible_in_other_clothes_a_doubtful_one_does_not() -> None:
    alike = with_clothes(places((0.9, 0.0), (0.0, 0.3)), places((0.1, 0.9), (0.9, 0.1)), LEAST)

    assert alike[0, 0] >= LEAST
    assert alike[1, 1] == 0


def test_clothes_make_no_pair_where_places_make_none() -> None:
    alike = with_clothes(places((0.1, 0.9)), places((1.0, 0.9)), LEAST)

    assert alike[0, 0] < LEAST


def test_somebody_is_alone_whose_torso_nobody_is_near_but_a_double() -> None:
    people = [at(0.2), at(0.205), at(0.7), at(0.71)]

    assert alone(people, PICTURE, {1}) == [True, False, False, False]


def crossing(first: ImageArray, second: ImageArray) -> list[int]:
    """Ids of two who meet and turn back, before and after; while they are together only the first is reported."""
    tracker, ids = PeopleTracker(PeopleParameters(smoothing=None), single=False), []
    for index in range(61):
        apart = abs(index - 30) / 100
        both = [at(0.5 - apart), at(0.5 + apart)]
        seen = both if apart > 0.03 else both[:1]
        worn = np.array([first, second][: len(seen)])
        found = tracker.update(seen, index / 30, PICTURE, clothes=lambda worn=worn: worn)  # type: ignore[misc]
        ids.append([person.id for person in sorted(found, key=lambda person: person.number)])
    return [*ids[0], *ids[-1]]


def test_who_turns_back_in_a_crossing_is_known_by_the_clothes() -> None:
    """By their course they have walked on: without clothes each is taken for the other."""
    assert crossing(UNKNOWN, UNKNOWN) == [1, 2, 2, 1]
    assert crossing(RED, RED) == [1, 2, 2, 1]
    assert crossing(RED, BLUE) == [1, 2, 1, 2]


def asks(both: list[FloatArray], frames: int, worn: ImageArray = RED) -> int:
    """How often a tracker asks what two people wear who keep still, at 30 frames a second, after one second."""
    tracker, asked = PeopleTracker(PeopleParameters(smoothing=None), single=False), []

    def clothes(index: int) -> ImageArray:
        asked.append(index)
        return np.array([worn] * len(both))

    for index in range(30 + frames):
        tracker.update(both, index / 30, PICTURE, clothes=lambda index=index: clothes(index))  # type: ignore[misc]
    return sum(index >= 30 for index in asked)


def test_two_who_are_apart_are_looked_at_twice_a_second_to_learn_what_they_wear() -> None:
    assert asks([at(0.2), at(0.8)], 90) == 6


def test_of_whom_nothing_is_known_is_looked_for_it_more_often() -> None:
    assert 20 <= asks([at(0.2), at(0.8)], 90, UNKNOWN) <= 30


def test_two_who_are_so_near_that_one_might_be_the_other_are_looked_at_in_every_frame() -> None:
    assert asks([at(0.5), at(0.56)], 90) == 90


def test_nobody_is_asked_what_a_single_person_wears() -> None:
    tracker, asked = PeopleTracker(PeopleParameters(), single=False), []

    def clothes() -> None:
        asked.append(True)

    tracker.update([at(0.2)], 0.0, PICTURE, clothes=clothes)
    assert not asked
    tracker.update([at(0.2), at(0.8)], 0.1, PICTURE, clothes=clothes)
    assert asked == [True]
