"""When and where a detector looks."""

from __future__ import annotations

from edge.tasks.common.detection.search import Search, SearchParameters, part_of
from edge.types import FULL_FRAME, Box

LEFT, RIGHT = Box(0, 0, 0.5, 1), Box(0.5, 0, 0.5, 1)
PARAMETERS = SearchParameters(nobody_s=0.2, more_s=1.0, more_looks=25, turns=((FULL_FRAME,), (LEFT, RIGHT)))
RETURNING = SearchParameters(nobody_s=0.5, more_s=0.5, lost_s=1.0)


def looks(search: Search, *, fps: int, seconds: float, anybody: bool = True) -> list[tuple[Box, ...]]:
    """What is looked at in each of the frames in which something is."""
    found = []
    for number in range(round(fps * seconds)):
        search.count(number / fps, is_lost=False)
        found.append(search.places(number / fps, anybody=anybody))
    return [places for places in found if places]


def test_where_nobody_is_it_looks_at_one_turn_after_the_other() -> None:
    places = looks(Search(PARAMETERS), fps=16, seconds=2, anybody=False)

    assert places == [(FULL_FRAME,), (LEFT, RIGHT)] * 4  # each 0.2 s at most, which is each fourth frame here


def test_for_more_it_looks_once_a_second_and_at_one_of_25_frames_at_most() -> None:
    assert len(looks(Search(PARAMETERS), fps=50, seconds=10)) == 10
    assert len(looks(Search(PARAMETERS), fps=5, seconds=10)) == 2


def test_frames_in_which_none_is_missing_count_for_the_next_search() -> None:
    search = Search(PARAMETERS)
    for number in range(25):
        search.count(number, is_lost=False)

    assert search.places(25.0, anybody=True) == (FULL_FRAME,)


def test_after_a_loss_it_looks_at_each_frame_for_a_second() -> None:
    search = Search(RETURNING)
    search.count(0.0, is_lost=False)
    search.places(0.0, anybody=False)
    search.count(0.1, is_lost=True)

    assert [bool(search.places(0.1 + later_s, anybody=False)) for later_s in (0, 0.1, 0.9, 1.1)] == [True] * 3 + [False]


def test_a_restart_forgets_the_turn_and_the_loss() -> None:
    search = Search(RETURNING)
    search.count(0.0, is_lost=True)
    search.restart()
    search.count(0.0, is_lost=False)

    assert search.places(0.0, anybody=True) == (FULL_FRAME,)
    assert search.places(0.1, anybody=True) == ()


def test_a_place_is_one_of_the_region() -> None:
    assert part_of(Box(0.5, 0.25, 0.5, 0.5), Box(0.5, 0.25, 0.5, 0.5)) == Box(0.75, 0.375, 0.25, 0.25)
