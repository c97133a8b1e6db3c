"""Which frame and which results are seen together, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.monitor.newest import Newest, without_pixels
from tests.monitor.given import LABELS, PEOPLE, frame_of, labels_of, people_in, status_of

if TYPE_CHECKING:
    from tests.clock import Clock

BOTH = status_of(PEOPLE, LABELS)


@pytest.fixture
def newest(clock: Clock) -> Newest:
    return Newest(clock)


def tasks_shown(newest: Newest) -> list[str]:
    return [result.task for result in newest.shown(BOTH).results]


def test_people_are_seen_on_the_frame_they_were_found_in(newest: Newest) -> None:
    newest.take_frame(frame_of(1))
    newest.put(people_in(frame_of(1)))
    newest.take_frame(frame_of(2))
    newest.put(labels_of(frame_of(2)))
    shown = newest.shown(BOTH)
    assert shown.frame is not None
    assert shown.frame.number == 1
    assert [result.frame.number for result in shown.results] == [1, 2]


def test_where_nobody_looks_for_people_the_newest_frame_is_seen(newest: Newest) -> None:
    for number in (1, 2):
        newest.take_frame(frame_of(number))
    newest.put(labels_of(frame_of(1)))
    shown = newest.shown(BOTH)
    assert shown.frame is not None
    assert (shown.frame.number, len(shown.results)) == (2, 1)


def test_people_who_are_looked_for_no_more_are_gone_after_half_a_second(newest: Newest, clock: Clock) -> None:
    newest.put(people_in(frame_of(1)))
    clock.now_s += 0.5
    newest.take_frame(frame_of(9))
    assert tasks_shown(newest) == [PEOPLE]
    clock.now_s += 0.01
    assert tasks_shown(newest) == []
    assert newest.shown(BOTH).frame == newest.shown(status_of()).frame


def test_labels_are_gone_after_a_second(newest: Newest, clock: Clock) -> None:
    newest.put(labels_of(frame_of(1)))
    clock.now_s += 1.0
    assert tasks_shown(newest) == [LABELS]
    clock.now_s += 0.01
    assert tasks_shown(newest) == []


def test_results_of_a_slow_task_hold_until_the_next(newest: Newest, clock: Clock) -> None:
    for number in range(5):
        newest.put(people_in(frame_of(number)))
        newest.put(labels_of(frame_of(number)))
        clock.now_s += 1.6
        assert tasks_shown(newest) == ([PEOPLE, LABELS] if number else [])
    clock.now_s += 2.41
    assert tasks_shown(newest) == []


def test_no_result_holds_longer_than_five_seconds(newest: Newest, clock: Clock) -> None:
    for number in range(3):
        newest.put(labels_of(frame_of(number)))
        clock.now_s += 5.0
        assert tasks_shown(newest) == ([LABELS] if number else [])
        clock.now_s += 5.0
        assert tasks_shown(newest) == []


def test_a_rest_does_not_make_a_task_slow(newest: Newest, clock: Clock) -> None:
    for pause_s in (0.1, 0.1, 60.0):
        newest.put(labels_of(frame_of(1)))
        clock.now_s += pause_s
    newest.put(labels_of(frame_of(2)))
    clock.now_s += 1.01
    assert tasks_shown(newest) == []


@pytest.mark.parametrize("status", [status_of(LABELS), status_of(PEOPLE, LABELS, paused=(PEOPLE,))])
def test_nothing_is_seen_of_a_task_that_is_off_or_rests(newest: Newest, status: object) -> None:
    newest.put(people_in(frame_of(1)))
    newest.take_frame(frame_of(2))
    newest.put(labels_of(frame_of(2)))
    shown = newest.shown(status)  # type: ignore[arg-type]
    assert shown.frame is not None
    assert shown.frame.number == 2
    assert [result.task for result in shown.results] == [LABELS]


def test_the_last_frame_stays_for_as_long_as_the_camera_runs(newest: Newest, clock: Clock) -> None:
    assert newest.shown(BOTH).frame is None
    newest.take_frame(frame_of(1))
    clock.now_s += 60.0
    assert newest.shown(BOTH).frame is not None
    lost = status_of(PEOPLE, camera="retrying")
    assert newest.shown(lost).frame is None
    newest.take_frame(frame_of(2))  # it is back, which the status does not say yet
    assert newest.shown(lost).frame is not None


def test_nothing_found_in_frames_of_a_camera_that_is_lost_is_seen(newest: Newest, clock: Clock) -> None:
    for number in (1, 2, 3):
        newest.take_frame(frame_of(number))
        newest.put(people_in(frame_of(number)))
        newest.put(labels_of(frame_of(number)))
        clock.now_s += 1.5
    assert len(newest.shown(BOTH).results) == 2
    assert newest.shown(status_of(PEOPLE, LABELS, camera="retrying")) == (None, ())


def test_a_result_leaves_its_pixels_behind() -> None:
    result = people_in(frame_of(4))
    bare = without_pixels(result, with_masks=True)
    assert bare.frame.image.size == 0
    assert (bare.frame.number, bare.task, result.frame.image.shape) == (4, PEOPLE, (4, 8, 3))
    assert np.all(result.frame.image == 4)
