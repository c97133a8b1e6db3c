"""What fails once is back at once, what fails for ever costs next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.base.backoff import Backoff
from edge.base.restart_budget import RestartBudget

if TYPE_CHECKING:
    from tests.clock import Clock


@pytest.fixture
def budget(clock: Clock) -> RestartBudget:
    return RestartBudget(3, 100.0, Backoff(1.0, 8.0, chance=lambda: 1.0), clock)


def test_a_few_restarts_are_free_and_the_next_ones_wait_ever_longer(budget: RestartBudget) -> None:
    assert [budget.spend() for _ in range(8)] == [0.0, 0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 8.0]


def test_what_fails_now_and_then_is_always_back_at_once(budget: RestartBudget, clock: Clock) -> None:
    for _ in range(20):
        assert budget.spend() == 0.0
        clock.now_s += 34.0


def test_after_a_quiet_period_all_restarts_are_free_again(budget: RestartBudget, clock: Clock) -> None:
    for _ in range(6):
        budget.spend()
    clock.now_s = 100.0
    assert [budget.spend() for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]


def test_what_fails_for_ever_never_gets_its_free_restarts_back(budget: RestartBudget, clock: Clock) -> None:
    waits = []
    for _ in range(50):
        waits.append(budget.spend())
        clock.now_s += waits[-1]
    assert waits[3:7] == [1.0, 2.0, 4.0, 8.0]
    assert set(waits[7:]) == {8.0}


def test_an_announcement_gives_free_tries(budget: RestartBudget) -> None:
    for _ in range(6):
        budget.spend()
    budget.renew()
    assert [budget.spend() for _ in range(4)] == [0.0, 0.0, 0.0, 1.0]
