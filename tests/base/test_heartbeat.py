from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.heartbeat import Heartbeat, Heartbeats

if TYPE_CHECKING:
    from tests.clock import Clock


def test_work_goes_on_for_too_long_and_rest_does_not(clock: Clock) -> None:
    heartbeat = Heartbeat("pose", 15.0, clock)
    assert not heartbeat.is_stopped()
    heartbeat.work()
    clock.now_s = 15.0
    assert not heartbeat.is_stopped()
    clock.now_s = 15.1
    assert heartbeat.is_stopped()
    heartbeat.rest()
    clock.now_s = 99.0
    assert not heartbeat.is_stopped()


def test_the_next_thing_is_another(clock: Clock) -> None:
    heartbeat = Heartbeat("pose", 15.0, clock)
    heartbeat.work()
    clock.now_s = 14.0
    heartbeat.work()
    clock.now_s = 28.0
    assert not heartbeat.is_stopped()


def test_what_is_known_to_take_long_is_given_its_time_and_no_more(clock: Clock) -> None:
    heartbeat = Heartbeat("camera", 15.0, clock)
    heartbeat.work(at_least_s=60.0)
    clock.now_s = 59.0
    assert not heartbeat.is_stopped()
    clock.now_s = 61.0
    assert heartbeat.is_stopped()
    heartbeat.work()
    clock.now_s = 77.0
    assert heartbeat.is_stopped()


def test_after_a_year_it_still_counts_in_seconds(clock: Clock) -> None:
    clock.now_s = 10 * 366 * 86400.0
    heartbeat = Heartbeat("camera", 15.0, clock)
    heartbeat.work()
    clock.now_s += 15.001
    assert heartbeat.is_stopped()


def test_who_is_at_the_same_thing_for_too_long_is_named() -> None:
    heartbeats = Heartbeats(limit_s=0.0)
    stuck, resting = heartbeats.add("camera"), heartbeats.add("pose")
    stuck.work()
    resting.work()
    resting.rest()
    assert heartbeats.stopped() == ("camera",)
    assert heartbeats.all_beat
    assert not Heartbeats(limit_s=60.0).stopped()


def test_time_in_which_the_whole_process_was_stopped_is_not_counted(clock: Clock) -> None:
    heartbeats = Heartbeats(limit_s=15.0, clock_s=clock)
    heartbeats.add("pose").work()
    clock.now_s = 60.0
    assert heartbeats.stopped() == ("pose",)
    heartbeats.forgive()
    clock.now_s = 74.0
    assert heartbeats.stopped() == ()
    clock.now_s = 76.0
    assert heartbeats.stopped() == ("pose",)
