"""A process that draws shows what it is given; one that ends, hangs or has no screen is told of, and leaves nothing."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.monitor.channel import Ready
from edge.monitor.screen import ScreenError
from edge.monitor.screen_process import Limits, ScreenProcess, running_screen
from tests.monitor.given import children, open_files, view_of

if TYPE_CHECKING:
    from edge.monitor.channel import Answer
    from edge.monitor.view import View

DRAWING = Path(__file__).with_name("drawing.py")
QUICK = Limits(silence_s=2.0, stop_s=0.2)


def drawing(kind: str, *words: object) -> list[str]:
    return [sys.executable, str(DRAWING), kind, *map(str, words)]


def answer(process: ScreenProcess) -> Answer:
    """The next word of it, however long that takes; it is not patient for ever itself."""
    while (found := process.receive(0.1)) is None:
        pass
    return found


def bright(value: int, width: int = 64) -> View:
    return view_of(np.full((48, width, 3), value, np.uint8), number=value)


def test_it_shows_one_view_after_the_other_and_says_which_was_seen_when(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with running_screen(drawing("plain", seen)) as process:
        first = answer(process)
        assert isinstance(first, Ready)
        assert first.number is None
        for value in (10, 20, 30):
            begin_ns = time.monotonic_ns()
            process.give(bright(value, width=64 * value))
            shown = answer(process)
            assert isinstance(shown, Ready)
            assert shown.number == value
            assert begin_ns < shown.seen_ns < time.monotonic_ns()
    assert seen.read_text().split() == ["10,10,10", "20,20,20", "30,30,30", "closed"]


def test_it_sleeps_and_wakes_with_the_next_view(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    with running_screen(drawing("plain", seen)) as process:
        answer(process)
        process.give("sleep")
        answer(process)
        for value in (7, 8):
            process.give(bright(value))
            answer(process)
    assert seen.read_text().split() == ["asleep", "awake", "7,7,7", "8,8,8", "closed"]


def show_two(command: list[str]) -> None:
    with running_screen(command, QUICK) as process:
        answer(process)
        for value in (1, 2):
            process.give(bright(value))
            answer(process)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("lost", "^the cable is out$"),
        ("dying", "the process that draws has ended, with status 3"),
        ("hanging", "does not answer any more"),
        ("faulty", r"^ZeroDivisionError: of 9216 \(drawing.py, line \d+\)$"),
    ],
)
def test_what_goes_wrong_is_told(kind: str, why: str) -> None:
    before = children()
    with pytest.raises(ScreenError, match=why):
        show_two(drawing(kind))
    assert children() == before


def test_a_program_that_never_says_a_word_is_given_up() -> None:
    limits = Limits(start_s=0.2, stop_s=0.2)
    with running_screen(["sleep", "60"], limits) as process, pytest.raises(ScreenError, match="does not answer"):
        answer(process)


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(ScreenError, match="cannot be started"), running_screen(["/nowhere/program"]):
        pass


def test_a_window_that_a_person_closes_is_no_failure() -> None:
    with running_screen(drawing("closed")) as process:
        answer(process)
        process.give(bright(1))
        assert isinstance(answer(process), Ready)
        assert answer(process) == "closed"


def test_nothing_is_left_of_any(tmp_path: Path) -> None:
    files, processes = open_files(), children()
    for kind in ("plain", "hanging", "dying"):
        with running_screen(drawing(kind, tmp_path / "seen"), QUICK) as process:
            answer(process)
            process.give(bright(1))
    assert (open_files(), children()) == (files, processes)
