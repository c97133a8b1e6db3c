"""How long a result is drawn in a stream whose frames go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.tasks.latest import LatestResults
from edge.types import NS_PER_S
from tests.overlay.support import category_result, pose_result, standing
from tests.support import make_frame

if TYPE_CHECKING:
    from edge.types import Result


def action(time_s: float, segment: int = 0) -> Result:
    return replace(category_result(("wave", 0.9)), frame=make_frame(time_s=time_s, segment=segment))


def seen(latest: LatestResults, time_s: float, segment: int = 0) -> list[str]:
    return [result.task for result in latest.at(segment, round(time_s * NS_PER_S))]


def test_what_no_longer_comes_is_drawn_for_a_second() -> None:
    latest = LatestResults()
    latest.put(action(1.0))
    latest.put(pose_result(standing(), time_s=1.5))
    assert seen(latest, 1.5) == seen(latest, 2.0) == ["pose", "action"]
    assert seen(latest, 2.1) == ["pose"]
    assert seen(latest, 2.6) == []


def test_a_task_that_takes_longer_is_given_longer() -> None:
    latest = LatestResults()
    for second in (0, 2, 4):
        latest.put(action(second))
    assert seen(latest, 8.9) == ["action"]
    assert seen(latest, 9.1) == []


def test_a_task_that_has_rested_is_not_slow() -> None:
    latest = LatestResults()
    for time_s in (0, 60, 60.2):
        latest.put(action(time_s))
    assert seen(latest, 61.1) == ["action"]
    assert seen(latest, 61.3) == []


def test_the_same_result_again_makes_it_no_newer_and_no_faster() -> None:
    latest, last = LatestResults(), action(4)
    for result in (action(0), action(2), last, last, last):
        latest.put(result)
    assert seen(latest, 8.9) == ["action"]


def test_after_a_restart_of_the_source_nothing_of_before_holds() -> None:
    latest = LatestResults()
    latest.put(action(1.0))
    assert seen(latest, 1.1, segment=1) == []
    latest.put(action(1.1, segment=1))
    assert seen(latest, 1.1, segment=1) == ["action"]
