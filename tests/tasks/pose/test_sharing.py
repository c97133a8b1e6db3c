"""Looks shared out among people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tasks.pose.sharing import Sharing
from edge.tasks.pose.sight import Aim
from tests.support import make_frame

BLANK = np.zeros((4, 4, 3), np.uint8)
FPS = 30


def begin(sharing: Sharing, number: int, period_s: float = 0.0) -> None:
    sharing.begin(make_frame(BLANK, number=number, time_s=number / FPS), period_s)


def aims(*keys: int) -> list[Aim]:
    return [Aim(key) for key in keys]


def looked(sharing: Sharing, number: int, *keys: int, look_ms: float = 20.0) -> list[int]:
    """Who is looked at in a frame."""
    begin(sharing, number)
    due = [aim.key for aim in sharing.due(aims(*keys))]
    sharing.took(look_ms)
    return due


def test_while_no_frame_is_dropped_everybody_is_looked_at() -> None:
    sharing = Sharing()

    assert [sorted(looked(sharing, number, 1, 2, 3)) for number in range(4)] == [[1, 2, 3]] * 4


def test_after_a_drop_there_are_as_many_looks_as_there_is_time_for_in_turn() -> None:
    """33 ms to the next frame, 20 ms a look."""
    sharing = Sharing()
    looked(sharing, 0, 1, 2, 3)

    assert [looked(sharing, number, 1, 2, 3) for number in (3, 4, 5, 6)] == [[1], [2], [3], [1]]


def test_with_time_for_two_the_two_longest_unlooked_are_looked_at() -> None:
    sharing = Sharing()
    looked(sharing, 0, 1, 2, 3, look_ms=15.0)

    assert [looked(sharing, number, 1, 2, 3, look_ms=15.0) for number in (3, 4, 5)] == [[1, 2], [3, 1], [2, 3]]


def test_all_come_to_as_many_looks_where_there_is_time_for_all_now_and_then() -> None:
    sharing = Sharing()
    looked(sharing, 0, 1, 2)
    looks = []
    for number in range(2, 102):
        sharing.look_ms = 12.0 if number % 2 else 20.0
        begin(sharing, number)
        looks += [aim.key for aim in sharing.due(aims(1, 2))]

    assert looks.count(1) == looks.count(2) == 75


def test_ten_seconds_after_the_last_drop_everybody_is_looked_at_again() -> None:
    sharing = Sharing()
    looked(sharing, 0, 1, 2, 3)

    counts = [len(looked(sharing, number, 1, 2, 3)) for number in range(2, 2 + 10 * FPS + 1)]

    assert set(counts[:-1]) == {1}
    assert counts[-1] == 3


def test_a_rate_that_is_kept_drops_nothing() -> None:
    """Every sixth of 30 frames a second where five a second are wanted: there is time for ten looks of 20 ms."""
    sharing = Sharing()
    for number in range(0, 60, 6):
        begin(sharing, number, period_s=0.2)
        assert len(sharing.due(aims(1, 2, 3))) == 3
        sharing.took(20.0)


def test_another_stream_begins_with_everybody() -> None:
    sharing = Sharing()
    looked(sharing, 0, 1, 2, 3)
    looked(sharing, 5, 1, 2, 3)

    sharing.restart()

    assert len(looked(sharing, 900, 1, 2, 3)) == 3


@given(
    st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=40),
    st.sampled_from([5.0, 12.0, 20.0, 50.0, 400.0]),
)
def test_nobody_waits_longer_than_it_takes_to_look_at_everybody_once(there: list[set[int]], look_ms: float) -> None:
    """Whoever comes and goes, at any speed of the model: at the latest after as many looks as there are keys."""
    sharing = Sharing()
    looked(sharing, 0, 1, look_ms=look_ms)
    waits = dict.fromkeys(range(1, 7), 0)
    for index, keys in enumerate(there):
        due = looked(sharing, 2 * index + 2, *sorted(keys), look_ms=look_ms)
        assert due
        waits = {key: 0 if key in due or key not in keys else waits[key] + 1 for key in waits}
        assert max(waits.values()) < 6


@pytest.mark.parametrize("look_ms", [1000.0])
def test_there_is_one_look_a_frame_whatever_it_takes(look_ms: float) -> None:
    sharing = Sharing()
    looked(sharing, 0, 1, 2, look_ms=look_ms)

    assert [looked(sharing, number, 1, 2, look_ms=look_ms) for number in (40, 80, 120)] == [[1], [2], [1]]
