from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.base.backoff import Backoff


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first_s=1, longest_s=30, chance=lambda: 1.0)
    assert [backoff.next_s() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_what_held_long_enough_starts_again() -> None:
    backoff = Backoff(first_s=1, longest_s=30, chance=lambda: 0.0)
    assert [backoff.next_s(), backoff.next_s(held_s=29), backoff.next_s(held_s=30)] == [0.5, 1.0, 0.5]


@given(st.floats(0, 1, exclude_max=True))
def test_chance_cuts_a_wait_by_half_at_most(chance: float) -> None:
    assert 4 <= Backoff(first_s=8, chance=lambda: chance).next_s() <= 8


def test_two_appliances_come_back_at_different_times() -> None:
    one, other = Backoff(), Backoff()
    assert [one.next_s() for _ in range(5)] != [other.next_s() for _ in range(5)]
