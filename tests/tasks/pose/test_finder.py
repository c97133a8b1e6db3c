"""Finding newcomers with a model that sees one person at a time."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.common.look import Look
from edge.tasks.pose.finder import Finder, LeastScores, Search
from edge.tasks.pose.sight import Aim, Looks
from edge.types import FULL_FRAME, Box, Frame
from tests.support import make_frame
from tests.tasks.pose.room import Room, at

BLANK = make_frame(np.zeros((480, 640, 3), np.uint8))


def search_of(room: Room, region: Box = FULL_FRAME, frame: Frame = BLANK) -> Search:
    return Search(Looks(room, frame, Look(region=region)), LeastScores(0.1, 0.15))


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
    sight = Finder().next(search, [known])

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
    whole, *parts = search_of(Room(), region, make_frame(np.zeros((*size, 3), np.uint8))).places

    boxes = [part for part in parts if part is not None]
    assert whole is None
    assert len(boxes) == squares
    assert all(box.width * size[1] == pytest.approx(box.height * size[0]) for box in boxes)
    assert min(box.x for box in boxes) <= region.x
    assert max(box.x + box.width for box in boxes) >= region.x + region.width - 1e-9
    assert max(box.y + box.height for box in boxes) >= region.y + region.height - 1e-9


class Stream:
    """Frames at which one person is looked at, and whatever a finder looks at beside."""

    def __init__(self, room: Room, fps: float) -> None:
        self.room, self.finder, self._fps, self._number = room, Finder(), fps, -1
        self.found = 0

    def next(self, believed: int = 1) -> int:
        """How many looks the finder takes in the next frame."""
        self._number += 1
        frame = make_frame(np.zeros((480, 640, 3), np.uint8), number=self._number, time_s=self._number / self._fps)
        search = search_of(self.room, frame=frame)
        search.looks.at(Aim(1, FULL_FRAME))
        if self.finder.is_due(search.looks, believed):
            self.found += self.finder.next(search, [at(0.5)]) is not None
        return search.looks.count - 1

    def looks(self, seconds: float) -> int:
        """How many in so long."""
        return sum(self.next() for _ in range(round(seconds * self._fps)))


@pytest.mark.parametrize(("fps", "seconds"), [(30, 100), (10, 100)])
def test_a_stream_is_searched_whole_at_first_and_one_person_alone_costs_a_hundredth_more_in_the_end(
    fps: float, seconds: float
) -> None:
    stream = Stream(Room(at(0.5)), fps)

    assert [stream.next() for _ in range(4)] == [1, 1, 1, 0]
    stream.looks(60.0)
    assert 0 < stream.looks(seconds) <= 0.01 * seconds * fps


def test_a_round_in_vain_makes_the_next_one_slower() -> None:
    stream = Stream(Room(at(0.5)), 25)
    stream.looks(1.0)

    assert [stream.looks(seconds) for seconds in (3.2, 6.2, 12.2)] == [3, 3, 3]


def test_searches_are_ten_seconds_apart_at_most() -> None:
    """Where frames are few, a hundred looks take long."""
    stream = Stream(Room(at(0.5)), 2)
    stream.looks(100.0)

    assert stream.looks(60.0) == 6


def test_something_that_costs_more_looks_each_time_is_looked_at_more_seldom() -> None:
    """A face in a poster, say: seen, and once more from close by, but only while somebody is hidden."""

    class Poster(Room):
        def observe(self, frame, look):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            self.people = [at(0.5), at(0.8, score=0.25)] if look.hidden else [at(0.5)]
            return super().observe(frame, look)

    stream = Stream(Poster(), 30)
    stream.looks(60.0)

    assert stream.looks(100.0) <= 36
    assert stream.found == 0


def test_what_is_faint_is_not_looked_at_again() -> None:
    assert [Stream(Room(at(0.5), at(0.8, score=0.12)), 30).next() for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("believed", [0, 2])
def test_once_somebody_came_or_went_searches_are_frequent_again(believed: int) -> None:
    stream = Stream(Room(at(0.5)), 30)
    stream.looks(60.0)

    assert sum(stream.next(believed) for _ in range(105)) >= 3


def test_once_somebody_came_the_place_is_searched_again_at_once() -> None:
    stream = Stream(Room(at(0.5)), 50)
    stream.looks(2.0)
    searched = [look.crop for look in stream.room.looks if look.hidden]

    assert [stream.next(believed=2) for _ in range(3)] == [1, 0, 0]
    assert [look.crop for look in stream.room.looks if look.hidden] == [*searched, searched[-1]]
