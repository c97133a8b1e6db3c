"""A screen that fails is left alone ever longer, until something about screens changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.monitor.restarts import LONGEST_WAIT_S, SETTLE_S, Restarts

if TYPE_CHECKING:
    from tests.clock import Clock


@pytest.fixture
def restarts(clock: Clock) -> Restarts:
    return Restarts(clock)


def failing(restarts: Restarts, clock: Clock, times: int) -> list[float]:
    """The waits of a screen that fails at once each time."""
    waits = []
    for _ in range(times):
        restarts.failed()
        waits.append(restarts.wait_s())
        clock.now_s += waits[-1]
    return waits


def test_the_first_try_is_free(restarts: Restarts) -> None:
    assert restarts.wait_s() == 0.0


def test_one_that_fails_for_ever_is_tried_about_once_a_minute(restarts: Restarts, clock: Clock) -> None:
    waits = failing(restarts, clock, 20)
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert all(LONGEST_WAIT_S / 2 <= wait_s <= LONGEST_WAIT_S for wait_s in waits[10:])


def test_a_change_is_a_reason_to_try_soon(restarts: Restarts, clock: Clock) -> None:
    failing(restarts, clock, 20)
    restarts.failed()
    assert restarts.wait_s() > 10
    restarts.changed()
    assert restarts.wait_s() == SETTLE_S


def test_a_cable_that_is_about_to_break_starts_no_storm(restarts: Restarts, clock: Clock) -> None:
    starts = 0
    while clock.now_s < 60.0:
        if restarts.wait_s() == 0.0:
            starts += 1
            clock.now_s += 0.3
            restarts.changed(lived_s=0.3)
        clock.now_s += 0.1
        restarts.changed()
        clock.now_s += 1.0
    assert starts <= 12


def test_a_monitor_that_is_replugged_now_and_then_is_back_at_once(restarts: Restarts, clock: Clock) -> None:
    for _ in range(20):
        clock.now_s += 60.0
        restarts.changed(lived_s=60.0)
        assert restarts.wait_s() == SETTLE_S
