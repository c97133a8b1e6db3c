"""What stands on the terminal while the demo runs and when it is over."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from rich.console import Console

from edge.demo.show import line_of, live_screen, plain_lines
from edge.demo.status import DemoStatus
from edge.demo.summary import print_summary, verdict
from edge.demo.topic_statistics import TopicStatistics
from edge.demo.view import render
from edge.messages.payload import Header, event_payload
from edge.tasks.payload import state_payload
from edge.types import TaskState
from tests.broker import wait_until
from tests.demo.samples import PREFIX, category, pose, take, taken
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, label_state, people_event, people_state
from tests.support import STARTED, TASK_NAMES

WHOLE = (pose(people=2), category("classification", "several_people"), category("action", "walk", settled=False))

OFF = [TaskState(task, frame=None, model=None, backend=None) for task in TASK_NAMES if task not in STARTED]
"""Tasks that are switched off say so at the start."""


def terminal(width: int = 100) -> Console:
    return Console(width=width, record=True, file=io.StringIO(), force_terminal=True, legacy_windows=False)


def status(statistics: TopicStatistics, now_s: float = 9.0) -> DemoStatus:
    return DemoStatus(12.4, "several people", statistics.reports(now_s))


def screen(statistics: TopicStatistics) -> str:
    console = terminal()
    console.print(render(status(statistics), 60, "tour", "listen along: mosquitto_sub"))
    return console.export_text()


def test_the_screen_shows_people_categories_and_counts() -> None:
    lines = screen(taken(*WHOLE)).splitlines()

    def line(words: str) -> str:
        (found,) = [one for one in lines if words in one]
        return found

    assert "12 of 60 s" in lines[0]
    assert "tour shows: several people" in line("scene")
    assert "score 0.90  x 0.50 y 0.50  17 of 17 keypoints" in line("person 1")
    assert "person 2" in line("person 2")
    assert "━━━━━━━━━━━━━━━─────  75%  settled" in line("Several_People")
    assert "settled" not in line("Walk")
    assert line("stats").split()[1:] == ["stats", "1", "all", "│"]
    assert "listen along" in line("listen along")


def test_the_screen_with_all_topics_fits_a_small_terminal() -> None:
    statistics, header = taken(*WHOLE), Header("demo", RUN_ID, 1, EIGHT_O_CLOCK)
    for state in (people_state(), label_state("classification"), label_state(), *OFF):
        take(statistics, f"state/{state.task}", state_payload(state, header))
    take(statistics, "event", event_payload(people_event(), header))

    lines = screen(statistics).splitlines()

    assert "state/classification" in "".join(lines)
    assert "hands" not in "".join(lines), "it is switched off"
    assert len(lines) < 24


def test_the_screen_is_as_high_whatever_is_found() -> None:
    empty = screen(taken(pose(people=0), *WHOLE[1:]))
    assert len(empty.splitlines()) == len(screen(taken(*WHOLE)).splitlines())
    assert "nobody" in empty


def test_a_task_that_has_not_begun_says_so_and_nothing_is_shown_before_the_first_message() -> None:
    assert screen(taken()).count("nothing yet") == len(TASK_NAMES)
    assert screen(TopicStatistics(PREFIX)).strip() == ""


def test_invalid_messages_stand_out() -> None:
    statistics = taken(*WHOLE)
    take(statistics, "pose", {})
    assert "not 1" in screen(statistics)
    assert "6 messages, 1 not valid" in line_of(status(statistics))


def test_a_line_says_it_all_where_there_is_no_screen() -> None:
    assert line_of(status(taken(*WHOLE))) == (
        "   12 s  5 messages  scene: several people; pose: person 1 (0.90), person 2 (0.90); "
        "classification: several_people; action: not settled"
    )


def test_the_live_screen_draws_and_leaves_the_terminal_clean() -> None:
    console, statistics = terminal(), taken(*WHOLE)
    drawn = threading.Event()

    def draw() -> str:
        drawn.set()
        return "the screen " + str(len(statistics.reports(0.0)))

    with live_screen(console, draw):
        drawn.clear()
        assert drawn.wait(10)
    console.print("after")
    assert "the screen 5" in console.export_text()
    written = console.file
    assert isinstance(written, io.StringIO)
    assert "\x1b[2K" in written.getvalue().rpartition("the screen 5")[2]  # the line is erased again


def test_plain_lines_come_until_the_block_ends() -> None:
    console = terminal(width=40)
    with plain_lines(console, lambda: status(taken(*WHOLE)), every_s=0.01):
        wait_until(lambda: "not settled" in console.export_text(clear=False), "a line")
    assert "progress" not in [thread.name for thread in threading.enumerate()]


def test_the_summary_has_counts_models_files_and_the_next_step() -> None:
    console = terminal(width=80)
    print_summary(console, taken(*WHOLE).reports(9.0), [Path("edge-demo/demo.mp4")])
    text = console.export_text()

    (line,) = [line for line in text.splitlines() if line.startswith("pose ")]
    assert line.split()[:4] == ["pose", "1", "0", "0"]
    assert "models: starter-pose, starter-classification, starter-action" in text
    assert "written: edge-demo/demo.mp4" in text
    assert "mosquitto_sub -t 'edge/#' -v" in text


def test_the_verdict_names_what_is_missing_and_what_is_wrong() -> None:
    assert verdict(taken(*WHOLE).reports(9.0), STARTED) == []
    statistics = taken(pose(), category("classification", "walk"))
    take(statistics, "pose", {"schema": "edge/pose/1"})
    assert verdict(statistics.reports(9.0), STARTED) == [
        "no message of action came",
        "1 of 2 messages on pose are not as the schema says; the first: $: 'device' is a required property",
    ]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_next_steps_are_not_broken_by_narrow_terminals(width: int) -> None:
    console = terminal(width)
    print_summary(console, taken(*WHOLE).reports(9.0), [])
    assert "  edge config explain pose.max_rate_hz\n" in console.export_text()
