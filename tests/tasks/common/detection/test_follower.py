"""What is followed, and when a detector looks for more: on things that are nothing but regions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tasks.common.detection.follower import RegionFollower, Stages
from edge.tasks.common.detection.region import RotatedRegion
from edge.tasks.common.detection.search import Search, SearchParameters
from edge.tasks.common.look import Look
from edge.tracking.geometry import iou
from tests.support import make_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.placement import Size
    from edge.types import Box, Frame

EVERY_FRAME = SearchParameters(nobody_s=0.0, more_s=0.0)
PICTURE = (120, 160)
NUMBERS = st.floats(width=32)


def region(x_px: float, side_px: float = 40) -> RotatedRegion:
    return RotatedRegion(x_px, 60, side_px, side_px)


@dataclass(frozen=True)
class Thing:
    next_region: RotatedRegion


def where_it_was(one: RotatedRegion) -> RotatedRegion:
    return one


@dataclass
class World:
    """A detector that finds ``found``; of these, what is near one of ``real`` is a thing."""

    found: list[RotatedRegion]
    real: list[RotatedRegion]
    moves: Callable[[RotatedRegion], RotatedRegion] = where_it_was
    is_sure: Callable[[Thing], bool] = lambda _: True
    searches: int = 0
    looked: list[RotatedRegion] = field(default_factory=list)

    def find(self, _frame: Frame, _bounds: Box) -> list[RotatedRegion]:
        self.searches += 1
        return self.found

    def look(self, _frame: Frame, one: RotatedRegion, _bounds: Box) -> Thing | None:
        self.looked.append(one)
        return Thing(self.moves(one)) if any(abs(one.x_px - other.x_px) < 5 for other in self.real) else None

    def distinct(self, things: list[Thing], picture: Size) -> list[Thing]:
        kept: list[Thing] = []
        for thing in things:
            box = thing.next_region.upright(picture)
            if all(iou(box, other.next_region.upright(picture)) < 0.8 for other in kept):
                kept.append(thing)
        return kept

    def follower(self, search: SearchParameters = EVERY_FRAME) -> RegionFollower[Thing]:
        stages = Stages(self.find, self.look, self.distinct, same_region=0.5, is_sure=self.is_sure)
        return RegionFollower(stages, Search(search))


def follow(follower: RegionFollower[Thing], time_s: float, most: int = 1, size: Size = PICTURE) -> list[float]:
    frame = make_frame(np.zeros((*size, 3), np.uint8), time_s=time_s)
    return [thing.next_region.x_px for thing in follower.follow(frame, Look(most=most))]


def test_a_thing_is_followed_from_where_it_was_said_to_be_and_the_detector_rests() -> None:
    world = World([region(50)], [region(50)], moves=lambda one: replace(one, x_px=one.x_px + 1))
    follower = world.follower()

    assert [follow(follower, number / 10)[0] for number in range(4)] == [51, 52, 53, 54]
    assert world.searches == 1


def test_what_the_detector_is_surest_of_may_be_none() -> None:
    world = World([region(20), region(140), region(80)], [region(80)])

    assert follow(world.follower(), 0.0) == [80]


def test_a_search_looks_at_two_more_than_are_wanted() -> None:
    world = World([region(20 * number, 10) for number in range(8)], [])

    assert follow(world.follower(), 0.0, most=2) == []
    assert len(world.looked) == 4


def test_a_search_ends_with_as_many_as_are_wanted() -> None:
    world = World([region(20), region(80), region(140)], [region(20), region(80), region(140)])

    assert follow(world.follower(), 0.0, most=2) == [20, 80]
    assert len(world.looked) == 2


def test_a_region_of_what_is_followed_is_not_looked_into_again() -> None:
    world = World([region(50), region(54), region(120)], [region(50), region(120)])
    follower = world.follower()

    assert follow(follower, 0.0, most=3) == [50, 120]
    assert len(world.looked) == 2


def test_what_overlaps_least_with_what_is_followed_is_looked_at_first() -> None:
    world = World([region(50)], [region(50), region(120)])
    follower = world.follower()
    follow(follower, 0.0, most=2)
    world.found = [region(72), region(120)]
    world.looked.clear()

    assert follow(follower, 0.1, most=2) == [50, 120]
    assert [one.x_px for one in world.looked] == [50, 120]


def test_what_was_followed_stays_before_newcomers() -> None:
    world = World([region(120)], [region(50), region(120)])
    follower = world.follower()
    follow(follower, 0.0, most=2)
    world.found = [region(50), region(120)]

    assert follow(follower, 0.1, most=2) == [120, 50]
    assert follow(follower, 0.2, most=1) == [120]


def test_what_is_not_sure_comes_last_and_does_not_end_the_search() -> None:
    world = World([region(50)], [region(50), region(120)], is_sure=lambda thing: thing.next_region.x_px > 100)
    follower = world.follower()
    assert follow(follower, 0.0) == [50]
    world.found = [region(120)]

    assert follow(follower, 0.1) == [120]


@pytest.mark.parametrize(
    "moves",
    [
        lambda one: replace(one, width_px=one.width_px * 1.5, height_px=one.height_px * 1.5),
        lambda one: replace(one, width_px=one.width_px * 0.5, height_px=one.height_px * 0.5),
        lambda one: replace(one, y_px=one.y_px + 50),
    ],
    ids=["grows", "shrinks", "goes"],
)
def test_a_region_that_runs_away_is_given_up_and_found_anew(moves: Callable[[RotatedRegion], RotatedRegion]) -> None:
    world = World([region(50)], [region(50)], moves=moves)
    follower = world.follower()

    for number in range(30):
        follow(follower, number / 10)

    assert all(one.is_usable(PICTURE) for one in world.looked)
    assert world.searches > 2


@given(x_px=NUMBERS, y_px=NUMBERS, side_px=NUMBERS, rotation_rad=NUMBERS)
def test_whatever_a_model_says_what_is_looked_into_can_be(
    x_px: float, y_px: float, side_px: float, rotation_rad: float
) -> None:
    anywhere = RotatedRegion(x_px, y_px, side_px, side_px, rotation_rad)
    world = World([anywhere, region(50)], [region(50)], moves=lambda _: anywhere)
    follower = world.follower()

    for number in range(3):
        follow(follower, number / 10, most=2)

    assert all(one.is_usable(PICTURE) for one in world.looked)


@pytest.mark.parametrize("later_s", [1.5, -0.5], ids=["a gap", "another clock"])
def test_after_a_gap_nothing_is_where_it_was(later_s: float) -> None:
    world = World([region(50)], [region(50)])
    follower = world.follower()
    follow(follower, 0.0)
    world.found = []

    assert follow(follower, 0.9) == [50]
    assert follow(follower, 0.9 + later_s) == []


def test_in_a_frame_of_another_size_nothing_is_where_it_was() -> None:
    world = World([region(50)], [region(50)])
    follower = world.follower()
    follow(follower, 0.0)
    world.found = []

    assert follow(follower, 0.1, size=(100, 100)) == []
