"""Finding newcomers with a model that sees one person at a time."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.common.look import Look
from edge.tasks.pose.finder import Finder, LeastScores, Search
from edge.tasks.pose.sight import Looks
from edge.types import FULL_FRAME, Box
from tests.support import make_frame
from tests.tasks.pose.room import Room, at

BLANK = make_frame(np.zeros((480, 640, 3), np.uint8))


def search_of(room: Room, region: Box = FULL_FRAME) -> Search:
    return Search(Looks(room, BLANK, Look(region=region)).at, BLANK.size, region, LeastScores(0.1, 0.15))


def test_everybody_in_a_picture_is_found_and_once() -> None:
    room = Room(at(0.2), at(0.5), at(0.8))

    found = [float(sight.keypoints[:, 1].mean()) for sight in search_of(room).everybody(6)]

    assert sorted(found) == pytest.approx([0.2, 0.5, 0.8], abs=0.01)


def test_no_more_are_searched_than_are_wanted() -> None:
    assert len(list(search_of(Room(at(0.2), at(0.5), at(0.8))).everybody(2))) == 2


def test_in_an_empty_picture_each_place_costs_one_look() -> None:
    room = Room()

    assert list(search_of(room).everybody(6)) == []
    assert len(room.looks) == len(search_of(room).places)


def test_somebody_new_costs_three_looks_the_last_with_nobody_hidden() -> None:
    room = Room(at(0.2), at(0.8))

    sight = search_of(room).somebody(None, [at(0.2)])

    assert sight is not None
    assert sight.keypoints[:, 1].mean() == pytest.approx(0.8, abs=0.01)
    assert [len(look.hidden) for look in room.looks] == [1, 1, 0]
    assert [look.crop is None for look in room.looks] == [True, False, False]


def test_who_is_known_is_not_found_again_where_a_box_hides_too_little() -> None:
    """The model sees a known person in spite of the grey: that is nobody new."""
    room = Room(at(0.5))
    a_little_aside = at(0.52)

    assert search_of(room).somebody(None, [a_little_aside]) is None


def test_who_is_seen_only_while_others_are_hidden_is_nobody() -> None:
    class Ghost(Room):
        def observe(self, frame, look):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            self.people = [at(0.2), at(0.8)] if look.hidden else [at(0.2)]
            return super().observe(frame, look)

    assert search_of(Ghost()).somebody(None, [at(0.2)]) is None


@pytest.mark.parametrize(("score", "is_found"), [(0.25, False), (0.35, True)])
def test_beside_somebody_who_stands_out_one_has_to_be_clear(score: float, is_found: bool) -> None:
    """With nobody hidden the model says the known person, wherever it looks."""
    known, beside = at(0.5), at(0.6, score=score)

    class Crowded(Room):
        def observe(self, frame, look):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            self.people = [beside] if look.hidden else [known]
            return super().observe(frame, look)

    search = search_of(Crowded())
    sight = Finder().next(search, [known], 0.0, 5.0)

    assert search.somebody(None, [known]) is None, "of a single picture nothing comes later to tell"
    assert (sight is not None) == is_found
    if sight is not None:
        np.testing.assert_array_equal(sight.keypoints, beside)


@pytest.mark.parametrize(
    ("size", "region", "squares"),
    [((480, 640), FULL_FRAME, 2), ((640, 480), FULL_FRAME, 2), ((480, 480), FULL_FRAME, 4)],
)
def test_squares_reach_from_one_end_of_the_region_to_the_other(
    size: tuple[int, int], region: Box, squares: int
) -> None:
    whole, *parts = Search(lambda _: np.empty(0, np.float32), size, region, LeastScores(0, 0)).places

    boxes = [part for part in parts if part is not None]
    assert whole is None
    assert len(boxes) == squares
    assert all(box.width * size[1] == pytest.approx(box.height * size[0]) for box in boxes)
    assert min(box.x for box in boxes) <= region.x
    assert max(box.x + box.width for box in boxes) >= region.x + region.width - 1e-9
    assert max(box.y + box.height for box in boxes) >= region.y + region.height - 1e-9


def searches(look_ms: float, seconds: float, known: int = 1) -> int:
    """How many looks a finder takes in a stream of 50 frames a second where nobody comes."""
    room, finder = Room(), Finder()
    for index in range(round(seconds * 50)):
        if finder.is_due(index / 50, known):
            finder.next(search_of(room), [at(0.5)] * known, index / 50, look_ms)
    return len(room.looks)


@pytest.mark.parametrize(("look_ms", "looks"), [(5.0, 3 + 20), (50.0, 3 + 20), (200.0, 3 + 5)])
def test_a_stream_is_searched_whole_at_first_then_once_a_second_or_in_a_twentieth_of_the_time(
    look_ms: float, looks: int
) -> None:
    assert searches(look_ms, 20.9) == looks


def test_once_somebody_came_the_place_is_searched_again_at_once() -> None:
    room, finder = Room(), Finder()
    for index in range(100):
        if finder.is_due(index / 50, 1):
            finder.next(search_of(room), [at(0.5)], index / 50, 5.0)
    before = len(room.looks)
    last = room.looks[-1].crop

    assert finder.is_due(2.0, 2)
    finder.next(search_of(room), [at(0.5)], 2.0, 5.0)

    assert len(room.looks) == before + 1
    assert room.looks[-1].crop == last
    assert not finder.is_due(2.02, 2)
