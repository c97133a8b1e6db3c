"""Times of a live stream, by its stamps and by when they arrive."""

from __future__ import annotations

import random
from itertools import pairwise

from edge.camera.live_clock import LiveClock

MS = 1_000_000
S = 1000 * MS


def times(clock: LiveClock, stamps: list[int], arrivals: list[int]) -> list[int]:
    taken = []
    for stamp, arrival in zip(stamps, arrivals, strict=True):
        clock.arrive(stamp, arrival)
        taken.append(clock.time_of(stamp, arrival))
    return taken


def test_jitter_of_the_network_is_not_in_the_times() -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    stamps = [5 * S + 40 * MS * index for index in range(200)]
    arrivals = [100 * S + 40 * MS * index + chance.randrange(30) * MS for index in range(200)]
    taken = times(LiveClock(), stamps, arrivals)[50:]
    steps = [later - earlier for earlier, later in pairwise(taken)]
    assert max(abs(step - 40 * MS) for step in steps) < 4 * MS


def test_times_grow_and_are_never_in_the_future_whatever_the_stamps() -> None:
    chance = random.Random(3)  # noqa: S311  # no secret
    arrivals = sorted(100 * S + chance.randrange(60 * S) for _ in range(500))
    stamps = [chance.choice([arrival, 0, chance.randrange(200 * S)]) for arrival in arrivals]
    taken = times(LiveClock(), stamps, arrivals)
    assert all(later > earlier for earlier, later in pairwise(taken))
    assert all(moment <= arrival + len(arrivals) for moment, arrival in zip(taken, arrivals, strict=True))


def test_a_clock_that_was_set_begins_anew() -> None:
    clock = LiveClock()
    times(clock, [0, 40 * MS], [S, S + 40 * MS])
    for stamp in (3600 * S, 0, 33 * S):  # ahead, back, ahead
        assert clock.arrive(stamp, 2 * S) == 0
        assert clock.time_of(stamp, 2 * S) >= 2 * S


def test_a_clock_that_runs_slower_is_followed() -> None:
    """Half a thousandth: after an hour of it nothing counts as late."""
    clock = LiveClock()
    late = [clock.arrive(round(40 * MS * index * 0.9995), 40 * MS * index) for index in range(90_000)]
    assert max(late) < MS


def test_what_comes_late_is_told_and_keeps_its_time() -> None:
    clock = LiveClock()
    times(clock, [0, 40 * MS, 80 * MS], [S, S + 40 * MS, S + 80 * MS])
    assert abs(clock.arrive(120 * MS, S + 3120 * MS) - 3 * S) < 5 * MS
    assert abs(clock.time_of(120 * MS, S + 3120 * MS) - (S + 120 * MS)) < 5 * MS


def test_what_had_gathered_is_known_by_coming_too_fast() -> None:
    clock = LiveClock()
    gathered = [clock.is_catching_up for index in range(30) if clock.arrive(40 * MS * index, 5 * S + MS * index) >= 0]
    steady = [
        clock.is_catching_up
        for index in range(30, 60)
        if clock.arrive(40 * MS * index, 5 * S + 30 * MS + 40 * MS * (index - 29)) >= 0
    ]
    assert gathered == [False, *[True] * 29]
    assert not any(steady)
    clock.restart()
    assert clock.arrive(0, 9 * S) == 0


def test_a_picture_without_a_stamp_was_taken_now() -> None:
    clock = LiveClock()
    assert clock.time_of(None, 7) == 7
    assert clock.time_of(None, 7) == 8
