from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from edge.monitor.status import TaskStatus
from edge.monitor.status_bar import Bar, draw_bar, lay_bar
from edge.monitor.status_words import AMBER, words_of
from edge.overlay.style import TEXT_MUTED, Rect
from tests.monitor.strategies import screen_sizes, statuses
from tests.monitor.support import is_within, overlapping
from tests.monitor.views import SIZES, STATUS

if TYPE_CHECKING:
    from edge.monitor.status import Status


def bar_of(status: Status, size: tuple[int, int]) -> Bar:
    return lay_bar(words_of(status), size)


def said(status: Status, size: tuple[int, int]) -> str:
    return " ".join(text.text for text in bar_of(status, size).texts)


def test_a_wide_bar_says_everything_in_full_words() -> None:
    assert said(STATUS, (1280, 720)) == (
        "pi-9f3c 192.168.1.23 camera 30 fps 62 °C ● broker connected"
        " pose CPU 28 fps 35 ms classification CPU 4.8 fps 61 ms action CPU 5.0 fps 88 ms"
    )


@pytest.mark.parametrize("size", SIZES)
def test_three_tasks_need_no_more_than_two_rows(size: tuple[int, int]) -> None:
    texts = bar_of(STATUS, size).texts
    assert len({text.baseline_px for text in texts}) == 2


def test_a_narrow_bar_says_the_same_in_fewer_letters() -> None:
    assert said(STATUS, (640, 480)) == (
        "pi-9f3c 192.168.1.23 cam 30 fps 62° ● mqtt on pose 28/s 35ms classification 4.8/s 61ms action 5.0/s 88ms CPU"
    )


def test_what_is_wrong_stands_in_the_bar() -> None:
    status = replace(STATUS, addresses=(), camera_state="retrying", broker="away", is_throttled=True)
    for words in ("no network", "camera lost", "broker away", "⚠ 62 °C slowed down"):
        assert words in said(status, (1920, 1080))


def test_the_cpu_in_the_place_of_an_edgetpu_stands_out() -> None:
    first, *others = STATUS.tasks
    failed = replace(STATUS, tasks=(replace(first, edgetpu_failed=True), *others))
    for words in words_of(failed):
        backends = [(piece.text, piece.color) for segment in words.tasks for piece in segment if piece.text == "CPU"]
        assert backends == [("CPU", AMBER), ("CPU", TEXT_MUTED), ("CPU", TEXT_MUTED)]


def test_a_task_that_rests_has_no_rate_and_a_slow_one_has_seconds() -> None:
    tasks = (
        TaskStatus("pose", 0.0, None, "cpu", is_paused=True),
        TaskStatus("hands", 0.0, None, "cpu"),
        TaskStatus("face", 0.0, None, "cpu", is_failing=True),
        TaskStatus("action", 0.3, 2440.0, "edgetpu"),
    )
    assert said(replace(STATUS, tasks=tasks), (1280, 720)).endswith(
        "pose paused hands idle face no results action EdgeTPU 0.3 fps 2.4 s"
    )


def _first_at(rate_hz: float, latency_ms: float) -> tuple[TaskStatus, ...]:
    first, *others = STATUS.tasks
    return (replace(first, rate_hz=rate_hz, latency_ms=latency_ms), *others)


def test_numbers_that_change_move_nothing() -> None:
    slow = replace(STATUS, camera_fps=7.2, tasks=_first_at(3.21, 214.0))
    fast = replace(STATUS, camera_fps=30.0, tasks=_first_at(29.7, 9.0))

    def places(status: Status, word: str) -> list[int]:
        return [text.left_px for text in bar_of(status, (1280, 720)).texts if text.text == word]

    for word in ("camera", "broker", "action"):
        assert places(slow, word) == places(fast, word) != []


@settings(max_examples=60)
@given(status=statuses, size=screen_sizes)
def test_nothing_is_cut_and_nothing_overlaps(status: Status, size: tuple[int, int]) -> None:
    bar = bar_of(status, size)
    rects = [text.rect for text in bar.texts]
    assert overlapping(rects) == []
    assert all(is_within(rect, Rect(0, 0, size[0], bar.height_px)) for rect in rects)


def test_of_a_name_too_long_both_ends_stay() -> None:
    device = "living-room-above-the-fireplace-on-the-second-floor-in-berlin-9f3c"
    name = bar_of(replace(STATUS, device=device), (480, 640)).texts[0].text
    first, last = name.split("…")
    assert first
    assert device.startswith(first)
    assert last.endswith("-9f3c")


def test_numbers_that_read_alike_make_the_same_bar() -> None:
    assert words_of(replace(STATUS, camera_fps=30.01)) == words_of(replace(STATUS, camera_fps=29.97))


def test_the_image_of_a_bar_is_as_wide_as_the_screen() -> None:
    bar = bar_of(STATUS, (640, 480))
    image = draw_bar(bar, 640)
    assert image.shape == (bar.height_px, 640, 3)
    assert image.max() > 200
