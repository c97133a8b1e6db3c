"""When and where the detector looks."""

from __future__ import annotations

from edge.tasks.pose.blazepose.search import Search, part_of
from edge.types import FULL_FRAME, Box


def looks(search: Search, *, fps: int, seconds: float, anybody: bool) -> list[Box]:
    found: list[Box] = []
    for number in range(round(fps * seconds)):
        search.count()
        found += search.places(number / fps, anybody=anybody)
    return found


def test_where_nobody_is_it_looks_at_everything_and_a_corner_in_turn() -> None:
    places = looks(Search(still=False), fps=16, seconds=2, anybody=False)

    assert places[::2] == [FULL_FRAME] * 4  # each 0.2 s at most, which is each fourth picture here
    assert len(set(places[1::2])) == 4


def test_for_more_people_it_looks_at_one_of_25_pictures_and_once_a_second_at_most() -> None:
    assert len(looks(Search(still=False), fps=50, seconds=10, anybody=True)) == 10
    assert len(looks(Search(still=False), fps=5, seconds=10, anybody=True)) == 2


def test_a_still_is_looked_at_whole_and_in_its_corners() -> None:
    first, *corners = Search(still=True).places(0.0, anybody=False)

    assert first == FULL_FRAME
    assert len(set(corners)) == 4


def test_a_place_is_one_of_the_region() -> None:
    assert part_of(Box(0.5, 0.25, 0.5, 0.5), Box(0.5, 0.25, 0.5, 0.5)) == Box(0.75, 0.375, 0.25, 0.25)
