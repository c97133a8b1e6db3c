from __future__ import annotations

from edge.camera.pace import MAX_LATE_NS, Pacer
from edge.types import NS_PER_S


class Sleeper:
    """A clock that moves when somebody sleeps on it, and oversleeps."""

    def __init__(self, oversleep_ns: int = 0) -> None:
        self.now_ns = 1000 * NS_PER_S
        self.oversleep_ns = oversleep_ns

    def sleep(self, duration_s: float) -> None:
        self.now_ns += round(duration_s * NS_PER_S) + self.oversleep_ns


def test_oversleeping_does_not_add_up() -> None:
    sleeper = Sleeper(oversleep_ns=3_000_000)
    pacer = Pacer(lambda: sleeper.now_ns, sleeper.sleep)
    start_ns = pacer.wait_until(0)
    assert start_ns is not None
    for index in range(1, 101):
        pacer.wait_until(index * 40_000_000)
    assert sleeper.now_ns - start_ns == 100 * 40_000_000 + 3_000_000


def test_the_first_frame_comes_at_once_whatever_its_time() -> None:
    sleeper = Sleeper()
    before_ns = sleeper.now_ns
    assert Pacer(lambda: sleeper.now_ns, sleeper.sleep).wait_until(7 * NS_PER_S) == before_ns
    assert sleeper.now_ns == before_ns


def test_a_little_late_keeps_the_schedule() -> None:
    sleeper = Sleeper()
    pacer = Pacer(lambda: sleeper.now_ns, sleeper.sleep)
    start_ns = pacer.wait_until(0)
    assert start_ns is not None
    sleeper.now_ns += MAX_LATE_NS
    assert pacer.wait_until(40_000_000) == start_ns + 40_000_000


def test_far_behind_makes_a_new_schedule_and_no_burst() -> None:
    sleeper = Sleeper()
    pacer = Pacer(lambda: sleeper.now_ns, sleeper.sleep)
    pacer.wait_until(0)
    sleeper.now_ns += 60 * NS_PER_S
    resumed_ns = sleeper.now_ns
    assert pacer.wait_until(40_000_000) == resumed_ns
    assert pacer.wait_until(80_000_000) == resumed_ns + 40_000_000
    assert sleeper.now_ns == resumed_ns + 40_000_000


def test_after_stop_nobody_waits_and_nothing_comes_in_time() -> None:
    pacer = Pacer()
    pacer.wait_until(0)
    pacer.stop()
    assert pacer.wait_until(3600 * NS_PER_S) is None
