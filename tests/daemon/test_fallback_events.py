"""What is told of EdgeTPUs that fail: one event for each task, from the failure until the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.daemon.fallback_events import FallbackEvents
from edge.runtime.edgetpu.steps import Step
from edge.types import NS_PER_S
from tests.daemon.test_event_detectors import Told

if TYPE_CHECKING:
    from edge.types import StepKind

HUNG = "it did not answer within 104 ms"
MODELS = {"pose": "movenet-lightning", "classification": "mobilenet-v1"}


class Watch:
    """Fallbacks with a clock of their own, one step a second; each message is held against its schema."""

    def __init__(self) -> None:
        self.told = Told()
        self.fallbacks = FallbackEvents(self.told)
        self.fallbacks.tune(MODELS)
        self.second = 100

    def step(self, kind: StepKind, why: str = "", *users: str) -> None:
        self.second += 1
        self.fallbacks.take(Step(kind, "usb:0", users or ("pose",), why, self.second * NS_PER_S))

    def story(self) -> list[tuple[str, str, str | None]]:
        return [(event.task, event.type, event.step) for event in self.told.events]


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_hang_is_one_event_from_the_failure_to_the_way_back(watch: Watch) -> None:
    watch.step("lost", HUNG)
    watch.step("restart", "it is started again")
    watch.step("ready", "after 1.4 s")
    assert watch.story() == [("pose", "start", "lost"), ("pose", "update", "restart"), ("pose", "end", "ready")]
    start, _, end = watch.told.events
    assert {event.id for event in watch.told.events} == {start.id}
    assert {event.since_ns for event in watch.told.events} == {101 * NS_PER_S}
    assert (start.what, start.model, start.backend, start.why) == ("fallback", "movenet-lightning", "cpu", HUNG)
    assert (end.backend, end.reason) == ("edgetpu", "over")


def test_the_next_failure_is_another_event(watch: Watch) -> None:
    for _ in range(2):
        watch.step("lost", HUNG)
        watch.step("ready")
    first, second = (event.id for event in watch.told.events if event.type == "start")
    assert first < second, "ids sort by when events began"


def test_every_task_on_it_has_an_event_of_its_own(watch: Watch) -> None:
    watch.step("gone", "it was unplugged", "pose", "classification")
    watch.step("ready", "", "pose", "classification")
    assert watch.story() == [
        ("pose", "start", "gone"),
        ("classification", "start", "gone"),
        ("pose", "end", "ready"),
        ("classification", "end", "ready"),
    ]
    assert len({event.id for event in watch.told.events}) == 2


@pytest.mark.parametrize("kind", ["ready", "wait", "restart", "reset"])
def test_nothing_has_failed_that_has_never_computed(watch: Watch, kind: StepKind) -> None:
    watch.step(kind, "libedgetpu.so.1 is not installed")
    assert watch.story() == []


def test_whoever_is_no_task_is_not_told_of(watch: Watch) -> None:
    watch.step("lost", HUNG, "bench")
    assert watch.story() == []


def test_a_task_that_is_sent_to_the_cpu_has_fallen_back_no_longer(watch: Watch) -> None:
    watch.step("lost", HUNG)
    watch.fallbacks.tune({"classification": "mobilenet-v1"})
    watch.step("wait", "it is tried again in 10 s")
    assert watch.story() == [("pose", "start", "lost"), ("pose", "end", "lost")]
    assert watch.told.events[-1].backend == "cpu"


def test_at_the_end_nobody_looks_any_more(watch: Watch) -> None:
    watch.step("lost", HUNG)
    watch.fallbacks.stop()
    watch.fallbacks.stop()
    assert [(event.type, event.reason) for event in watch.told.events] == [("start", None), ("end", "unseen")]


def test_what_goes_on_is_known(watch: Watch) -> None:
    assert not watch.fallbacks.goes_on("pose")
    watch.step("lost", HUNG)
    assert watch.fallbacks.goes_on("pose")
    watch.step("wait", "it is tried again in 10 s")
    assert watch.fallbacks.goes_on("pose")
    watch.step("ready")
    assert not watch.fallbacks.goes_on("pose")


def test_what_is_asked_for_and_cannot_be_had_is_told_once(watch: Watch) -> None:
    for task in ("pose", "bench", "pose"):
        watch.fallbacks.begin(task, "gone", "no EdgeTPU is attached")
    watch.step("ready")
    assert watch.story() == [("pose", "start", "gone"), ("pose", "end", "ready")]
    assert watch.told.events[0].why == "no EdgeTPU is attached"


def test_a_task_that_is_to_be_elsewhere_has_fallen_back_no_longer(watch: Watch) -> None:
    watch.step("gone", "it was unplugged", "pose", "classification")
    watch.fallbacks.leave(["pose"])
    assert watch.story()[2:] == [("pose", "end", "gone")]
    assert watch.fallbacks.goes_on("classification")
