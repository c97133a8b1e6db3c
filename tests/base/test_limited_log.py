from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from edge.base.limited_log import BURST, LONGEST_SILENCE_S, LimitedLog

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.clock import Clock

_logger = logging.getLogger("edge.test")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What was written since the last question, fields included."""
    caplog.set_level(logging.INFO, "edge")

    def new() -> list[str]:
        found = [
            record.getMessage()
            + "".join(f" {n}={vars(record)[n]}" for n in ("left_out", "silent_s") if n in vars(record))
            for record in caplog.records
        ]
        caplog.clear()
        return found

    return new


def test_a_few_lines_are_all_written(lines: Callable[[], list[str]]) -> None:
    limited = LimitedLog(_logger)
    for number in range(BURST - 1):
        limited.log(logging.INFO, "%d came", number)
    assert lines() == [f"{number} came" for number in range(BURST - 1)]


def test_then_silence_is_announced_and_what_was_left_out_is_counted(
    lines: Callable[[], list[str]], clock: Clock
) -> None:
    limited = LimitedLog(_logger, burst=2, clock_s=clock)
    for number in range(100):
        limited.log(logging.INFO, "%d came", number)
    assert lines() == ["0 came", "1 came silent_s=10"]
    clock.now_s += 10
    limited.log(logging.INFO, "%d came", 100)
    assert lines() == ["100 came left_out=98 silent_s=20"]


@pytest.mark.parametrize("interval_s", [0.5, 1.0, 30.0, 600.0])
def test_a_day_of_them_is_no_day_of_lines(lines: Callable[[], list[str]], interval_s: float, clock: Clock) -> None:
    limited = LimitedLog(_logger, clock_s=clock)
    for _ in range(round(86_400 / interval_s)):
        limited.log(logging.INFO, "the link was lost")
        clock.now_s += interval_s
    assert BURST < len(lines()) < BURST + 8 + 24


def test_after_a_calm_hour_all_begins_anew(lines: Callable[[], list[str]], clock: Clock) -> None:
    limited = LimitedLog(_logger, burst=2, clock_s=clock)
    for _ in range(5):
        limited.log(logging.INFO, "came")
    lines()
    clock.now_s += LONGEST_SILENCE_S
    limited.log(logging.INFO, "came")
    limited.log(logging.INFO, "came")
    assert lines() == ["came left_out=3", "came silent_s=10"]


def test_one_kind_does_not_silence_another_and_fields_are_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "edge")
    limited = LimitedLog(_logger, burst=1)
    for level in (logging.INFO, logging.WARNING):
        limited.log(level, f"at {level}", extra={"command": "state"})
        limited.log(level, f"at {level}", extra={"command": "state"})
    assert [(r.levelno, vars(r)["command"]) for r in caplog.records] == [(20, "state"), (30, "state")]
