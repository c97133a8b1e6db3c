"""Several people with a model that sees one at a time, from frame to frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.pose.processor import PoseProcessor
from edge.tasks.pose.result import PoseResult
from edge.tasks.pose.settings import PoseSettings
from tests.support import make_frame
from tests.tasks.pose.room import Room, at

BLANK = np.zeros((480, 640, 3), np.uint8)
FPS = 10


class Stream:
    """Frames of a room through the task."""

    def __init__(self, room: Room, max_people: int = 4, **keys: float) -> None:
        self.room = room
        settings = Settings(PoseSettings(max_people=max_people, **keys))  # type: ignore[arg-type]
        self.processor = PoseProcessor(ChosenModel("room", Path()), room, settings, Occupancy(), LiveSideInputs())
        self.number = -1

    def next(self, *, dropped: int = 0) -> PoseResult:
        self.number += 1 + dropped
        self.room.looks.clear()
        frame = make_frame(BLANK, number=self.number, time_s=self.number / FPS)
        result = self.processor.process(frame)
        assert isinstance(result, PoseResult)
        return result

    def after(self, frames: int) -> PoseResult:
        return [self.next() for _ in range(frames)][-1]


def ids(result: PoseResult) -> list[int]:
    return sorted(person.id for person in result.people)


def columns(result: PoseResult) -> list[float]:
    return sorted(float(person.keypoints[:, 1].mean()) for person in result.people)


def test_three_people_are_found_and_keep_their_ids() -> None:
    stream = Stream(Room(at(0.2), at(0.5), at(0.8)))

    first = stream.after(8)
    later = stream.after(20)

    assert columns(first) == pytest.approx([0.2, 0.5, 0.8], abs=0.01)
    assert ids(first) == ids(later) == [1, 2, 3]


def test_each_person_costs_a_look_and_the_time_of_a_frame_is_that_of_all() -> None:
    stream = Stream(Room(at(0.2), at(0.5), at(0.8)), max_people=3)
    stream.after(12)

    result = stream.next()

    assert len(stream.room.looks) == 3
    assert result.inference_ms == pytest.approx(30.0)


def test_with_one_person_wanted_one_is_followed_and_nobody_searched() -> None:
    stream = Stream(Room(at(0.2), at(0.8)), max_people=1)
    stream.after(5)

    looks = [len(stream.room.looks) for _ in range(40) if stream.next()]

    assert set(looks) == {1}
    assert ids(stream.next()) == [1]


def test_one_person_alone_costs_little_more_than_one_look_a_frame() -> None:
    stream = Stream(Room(at(0.4)))
    stream.after(10)

    looks = [len(stream.room.looks) for _ in range(100) if stream.next()]

    assert sum(looks) <= 104
    assert ids(stream.next()) == [1]


def test_a_newcomer_is_found_within_a_round_of_the_search() -> None:
    stream = Stream(Room(at(0.3)))
    stream.after(30)
    stream.room.people.append(at(0.8))

    waited = next(count for count in range(1, 100) if len(stream.next().people) == 2)

    assert waited <= 3 * 25


def test_who_leaves_is_gone_after_a_second_and_the_others_stay() -> None:
    stream = Stream(Room(at(0.2), at(0.5), at(0.8)))
    result = stream.after(10)
    left = {person.id for person in result.people if abs(person.keypoints[:, 1].mean() - 0.5) > 0.1}
    del stream.room.people[1]

    assert columns(stream.after(15)) == pytest.approx([0.2, 0.8], abs=0.01)
    assert set(ids(stream.next())) == left


def test_where_frames_are_dropped_people_take_turns_and_all_stay_shown() -> None:
    """10 ms a look and 10 frames a second: with a hundredth of the time there is time for one look a frame."""
    room = Room(at(0.2), at(0.5), at(0.8))
    room.look_ms = 90.0
    stream = Stream(room, max_people=3)
    stream.after(15)

    results = [stream.next(dropped=1) for _ in range(30)]
    looks = []
    for _ in range(9):
        results.append(stream.next())
        looks.append(len(room.looks))

    assert set(looks) == {1}
    assert all(ids(result) == [1, 2, 3] for result in results)


def test_one_bad_look_makes_nobody_vanish_where_looks_are_far_apart() -> None:
    """Four people at five frames a second, one look a frame: each is looked at every 0.8 s."""
    room = Room(at(0.15), at(0.4), at(0.6), at(0.85))
    room.look_ms = 90.0
    stream = Stream(room)
    stream.after(20)
    for _ in range(20):
        stream.next(dropped=1)
    good = room.people

    room.people = [at(float(person[:, 1].mean()), score=0.16) for person in good]
    during = [stream.next(dropped=1) for _ in range(4)]
    room.people = good
    after = [stream.next(dropped=1) for _ in range(4)]

    assert all(ids(result) == [1, 2, 3, 4] for result in (*during, *after))
    assert all(all(person.seen or ()) for result in after for person in result.people)


def test_two_who_pass_each_other_are_not_one() -> None:
    """Each crop shows both for a while; whoever is seen twice is looked for again with the other hidden."""
    room = Room(at(0.2), at(0.8))
    stream = Stream(room)
    stream.after(10)

    shown = []
    for step in range(31):
        room.people = [at(0.2 + 0.02 * step), at(0.8 - 0.02 * step)]
        shown.append(ids(stream.next()))

    assert shown[0] == shown[-1] == [1, 2]
    assert all(len(one) >= 1 for one in shown)


def test_a_first_picture_that_may_be_the_only_one_is_searched_whole() -> None:
    stream = Stream(Room(at(0.2), at(0.5), at(0.8)))
    stream.processor.restart()

    assert columns(stream.next()) == pytest.approx([0.2, 0.5, 0.8], abs=0.01)
