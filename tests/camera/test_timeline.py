from __future__ import annotations

import logging
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from edge.camera.timeline import MAX_TOLD, MediaTime, Timeline
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

MS = 1_000_000
HOUR_MS = 3_600_000
WRAP_MS = 95_443_718  # 33 bits at 90 kHz


def placed(stamps_ms: Sequence[int | None], *, look_ahead: bool = True, **options: int) -> list[tuple[int, int]]:
    """The segment and the media time in ms of frames with these stamps, of a stream of 25 a second."""
    timeline = Timeline("a.ts", 40 * MS, **options)
    stamps = [None if stamp is None else stamp * MS for stamp in stamps_ms]
    moments = [
        timeline.time_of(stamp, following if look_ahead else None) for stamp, following in pairwise([*stamps, None])
    ]
    return [(moment.segment, moment.time_ns // MS) for moment in moments]


def test_time_begins_with_the_first_frame_wherever_the_clock_stands() -> None:
    for first in (0, 400, HOUR_MS, -2000):
        assert placed([first, first + 40, first + 95]) == [(0, 0), (0, 40), (0, 95)]


def test_time_begins_at_the_stated_start_if_the_first_frame_is_near_it() -> None:
    assert placed([1400, 1440], origin_ns=1000 * MS) == [(0, 400), (0, 440)]
    assert placed([HOUR_MS, HOUR_MS + 40], origin_ns=0) == [(0, 0), (0, 40)]
    assert placed([900, 940], origin_ns=1000 * MS) == [(0, 0), (0, 40)]


@pytest.mark.parametrize("other", [HOUR_MS, -HOUR_MS, 10_000, -10_000, -WRAP_MS])
@pytest.mark.parametrize("look_ahead", [True, False])
def test_another_clock_goes_on_a_period_later_in_a_new_segment(other: int, look_ahead: bool) -> None:
    stamps = [HOUR_MS, HOUR_MS + 40, HOUR_MS + 80, HOUR_MS + other, HOUR_MS + other + 60]
    assert placed(stamps, look_ahead=look_ahead) == [(0, 0), (0, 40), (0, 80), (1, 120), (1, 180)]


def test_a_recording_that_starts_again_is_a_new_segment() -> None:
    assert placed([0, 1000, 2000, 0, 1000, 2000]) == [(0, 0), (0, 1000), (0, 2000), (1, 3000), (1, 4000), (1, 5000)]


def test_after_one_wild_stamp_the_clock_before_counts_again(caplog: pytest.LogCaptureFixture) -> None:
    for wild in (HOUR_MS, -HOUR_MS):
        caplog.clear()
        assert placed([0, 50, 100, wild, 200, 250]) == [(0, 0), (0, 50), (0, 100), (1, 150), (2, 200), (2, 250)]
        assert len(caplog.messages) == 1


def test_each_jump_is_told_in_one_line_but_never_a_flood(caplog: pytest.LogCaptureFixture) -> None:
    placed([0, 40, HOUR_MS, HOUR_MS + 40])
    assert caplog.messages == [
        "a.ts: at 0.1 s its clock jumps by +3600.0 s; the pictures go on without a gap, in a new segment"
    ]
    caplog.clear()
    times = [time for _, time in placed([(1 << 2 * index) * HOUR_MS for index in range(30)], look_ahead=False)]
    assert len(caplog.messages) == MAX_TOLD
    assert caplog.messages[-1].endswith("further jumps are not told")
    assert times == [40 * index for index in range(30)]


def test_what_is_quiet_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        placed([0, HOUR_MS], level=logging.DEBUG)
    assert not caplog.messages


def test_a_missing_stamp_is_one_period_later() -> None:
    assert placed([None, None, 7000, 7050, None, 7150]) == [(0, 0), (0, 40), (0, 80), (0, 130), (0, 170), (0, 230)]


def test_small_steps_back_keep_the_clock() -> None:
    assert placed([0, 40, 40, 30, 200]) == [(0, 0), (0, 40), (0, 80), (0, 120), (0, 200)]


@pytest.mark.parametrize(
    "stamps",
    [
        [0, 10_000, 20_000, 30_000],
        [0, 8000, 23_000, 35_000],
        [0, 40, 3000, 7900, 7940],
        [0, HOUR_MS, 2 * HOUR_MS],
    ],
)
def test_long_steps_are_honest_where_they_are_the_pace(stamps: list[int], caplog: pytest.LogCaptureFixture) -> None:
    assert placed(stamps) == [(0, stamp) for stamp in stamps]
    assert not caplog.messages


def test_a_stream_that_states_its_slow_pace_needs_no_look_ahead() -> None:
    timeline = Timeline("slides", 10 * NS_PER_S)
    assert [timeline.time_of(stamp * NS_PER_S) for stamp in (0, 10, 30)] == [
        MediaTime(0, stamp * NS_PER_S) for stamp in (0, 10, 30)
    ]
    assert timeline.end_ns == 40 * NS_PER_S


def test_nobody_waits_longer_than_the_longest_step() -> None:
    hour = placed([0, HOUR_MS, 2 * HOUR_MS], longest_ns=60 * NS_PER_S)
    assert hour == [(0, 0), (1, 40), (2, 80)]
