from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from edge.config.sections import Settings
from edge.daemon.absent_processor import AbsentProcessor
from edge.daemon.probation import Probation

if TYPE_CHECKING:
    from edge.daemon.pipeline import Worker


class FakeWorker:
    def __init__(self, processor: object = None) -> None:
        self.turns, self.paused, self.processor = 0, False, processor


class Site:
    """Workers and a clock in the hands of the test."""

    def __init__(self, *workers: FakeWorker) -> None:
        self.workers = workers
        self.now_s = 100.0
        self.probation = Probation(cast("list[Worker]", list(workers)), lambda: self.now_s)

    def turn(self, *numbers: int) -> float:
        for number in numbers:
            self.workers[number].turns += 2
        return self.probation.worked_s()


def test_it_works_from_the_moment_that_all_tasks_have_turned() -> None:
    site = Site(FakeWorker(), FakeWorker())
    assert site.turn(0) < 0
    site.now_s += 60
    assert site.turn(0) < 0
    assert site.turn(1) == 0
    site.now_s += 10
    assert site.turn() == 10


def test_a_frame_that_was_under_way_does_not_count() -> None:
    site = Site(FakeWorker())
    site.workers[0].turns += 1
    assert site.turn() < 0


def test_something_else_in_force_begins_anew() -> None:
    site = Site(FakeWorker())
    site.turn(0)
    site.now_s += 10
    site.probation.begin()
    assert site.turn() < 0
    assert site.turn(0) == 0


@pytest.mark.parametrize("why", ["paused", "absent"])
def test_a_task_that_rests_or_is_off_is_not_waited_for_but_one_has_to_run(why: str) -> None:
    site = Site(FakeWorker(), FakeWorker())
    if why == "paused":
        site.workers[0].paused = True
    else:
        site.workers[0].processor = AbsentProcessor("pose", Settings(), "no model")
    assert site.turn() < 0
    assert site.turn(1) == 0
    assert Site().turn() < 0
