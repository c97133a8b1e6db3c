"""A steady number a second."""

from __future__ import annotations

import math
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from edge.base.rate_limiter import RateLimiter

RATES_HZ = st.floats(0.1, 1000)
PAUSES_NS = st.lists(st.integers(0, 3_000_000_000), max_size=60)


def let_through(rate_hz: float, times_ns: list[int]) -> list[int]:
    limiter = RateLimiter(rate_hz)
    return [time_ns for time_ns in times_ns if limiter.is_due(time_ns)]


def minute_of(source_hz: float) -> list[int]:
    return [round(i * 1e9 / source_hz) for i in range(int(60 * source_hz))]


def test_every_sixth_frame_at_5_of_30() -> None:
    times = minute_of(30)[:31]

    assert let_through(5, times) == [times[i] for i in (0, 6, 12, 18, 24, 30)]


def test_fifteen_of_thirty_frames_a_second() -> None:
    assert len(let_through(15, minute_of(30))) == 15 * 60


def test_frames_that_come_a_little_early_do_not_halve_the_rate() -> None:
    minute = [time_ns - (i % 2) * 2_000_000 + (i % 3) * 1_000_000 for i, time_ns in enumerate(minute_of(30))]

    assert abs(len(let_through(15, minute)) - 15 * 60) <= 1


def test_rates_that_do_not_divide_come_out_exact() -> None:
    assert abs(len(let_through(20, minute_of(30))) - 20 * 60) <= 1
    assert abs(len(let_through(7, minute_of(29.97))) - 7 * 60) <= 1


def test_a_slower_stream_passes_whole_and_so_does_any_at_0_hz() -> None:
    times_ns = [i * 100_000_000 for i in range(50)]

    assert let_through(15, times_ns) == times_ns
    assert let_through(0, minute_of(30)) == minute_of(30)


def test_a_gap_is_not_made_up_for() -> None:
    before = [0, 100, 200]
    after = [60_000_000_000 + i * 1_000_000 for i in range(100)]

    assert let_through(10, before + after) == [0, 60_000_000_000]


def test_a_restart_lets_the_next_through() -> None:
    limiter = RateLimiter(1)
    limiter.is_due(0)

    limiter.restart()

    assert limiter.is_due(1)


@given(RATES_HZ, PAUSES_NS)
def test_no_stretch_of_time_holds_more_than_its_share(rate_hz: float, pauses_ns: list[int]) -> None:
    passed = let_through(rate_hz, list(accumulate(pauses_ns)))
    period_ns = round(1e9 / rate_hz)

    for start, first in enumerate(passed):
        for end in range(start, len(passed)):
            assert end - start + 1 <= math.ceil((passed[end] - first) / period_ns) + 1


@given(rate_hz=RATES_HZ, percents=st.lists(st.integers(10, 100), min_size=1, max_size=20))
def test_a_faster_stream_however_uneven_comes_out_at_the_rate(rate_hz: float, percents: list[int]) -> None:
    period_ns = round(1e9 / rate_hz)
    pauses_ns = [period_ns * percent // 100 for percent in percents] * (1000 // len(percents))
    times_ns = list(accumulate(pauses_ns, initial=0))

    assert len(let_through(rate_hz, times_ns)) == times_ns[-1] // period_ns + 1
