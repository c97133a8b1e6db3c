from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.runtime.edgetpu.ladder import FIRST_WAIT_S, LONGEST_ABSENCE_S, LONGEST_WAIT_S, STEADY_S, Attempt, Ladder

AT_ONCE, RESET = Attempt(), Attempt(resets=True)


def test_what_is_quick_comes_first_then_what_costs_little() -> None:
    ladder = Ladder(can_reset=True)
    assert [ladder.failed() for _ in range(3)] == [AT_ONCE, AT_ONCE, RESET]
    assert [ladder.failed().wait_s for _ in range(8)] == [10, 20, 40, 80, 160, 320, 600, 600]


def test_a_reset_comes_before_each_later_try() -> None:
    ladder = Ladder(can_reset=True)
    assert [ladder.failed().resets for _ in range(5)] == [False, False, True, True, True]


def test_what_cannot_be_reset_waits_instead() -> None:
    ladder = Ladder(can_reset=False)
    assert [ladder.failed() for _ in range(4)] == [AT_ONCE, AT_ONCE, Attempt(10), Attempt(20)]


def test_what_was_steady_is_tried_from_the_beginning() -> None:
    ladder = Ladder(can_reset=True)
    for _ in range(6):
        ladder.failed()
    assert ladder.failed(held_s=STEADY_S - 1) == Attempt(80, resets=True)
    assert ladder.failed(held_s=STEADY_S) == AT_ONCE
    assert [ladder.failed(), ladder.failed(), ladder.failed()] == [AT_ONCE, RESET, Attempt(10, resets=True)]


def test_what_is_not_there_is_looked_for_every_minute_at_least() -> None:
    ladder = Ladder(can_reset=True)
    assert [ladder.absent() for _ in range(5)] == [Attempt(10), Attempt(20), Attempt(40), Attempt(60), Attempt(60)]
    assert ladder.failed() == AT_ONCE, "being absent is no failure"
    assert ladder.absent() == Attempt(10)


@given(st.lists(st.one_of(st.none(), st.floats(0, 2 * STEADY_S)), max_size=40), st.booleans())
def test_whatever_happens_it_is_tried_again_soon_enough_and_not_for_ever_at_once(
    outcomes: list[float | None], can_reset: bool
) -> None:
    ladder = Ladder(can_reset=can_reset)
    in_a_row = 0
    for held_s in outcomes:
        attempt = ladder.absent() if held_s is None else ladder.failed(held_s)
        assert can_reset or not attempt.resets
        if held_s is None:
            assert FIRST_WAIT_S <= attempt.wait_s <= LONGEST_ABSENCE_S
            continue
        in_a_row = 1 if held_s >= STEADY_S else in_a_row + 1
        assert attempt.wait_s <= LONGEST_WAIT_S
        assert (attempt == AT_ONCE) == (in_a_row <= 2)
        assert attempt.wait_s >= FIRST_WAIT_S or in_a_row <= 3
