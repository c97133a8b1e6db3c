"""What is told of a task that is held back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.daemon.governor.events import GovernedEvents, Hold

if TYPE_CHECKING:
    from edge.types import Event, TaskState

FREE = Hold(is_held=False, level=0, rate_hz=None, model="movenet-thunder", backend="cpu", why="")
HELD = Hold(is_held=True, level=1, rate_hz=15.004, model="movenet-thunder", backend="cpu", why="the processor is hot")


class Told:
    """Takes events."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def put_event(self, event: Event) -> None:
        self.events.append(event)

    def put_state(self, state: TaskState) -> None:
        raise AssertionError(state)


def governed() -> tuple[GovernedEvents, Told]:
    told = Told()
    return GovernedEvents(told), told


def test_one_event_from_the_first_measure_to_the_last() -> None:
    events, told = governed()
    lower = replace(HELD, level=2, model="movenet-lightning")
    for hold in (FREE, HELD, HELD, lower, lower, FREE, FREE):
        events.tell({"pose": hold})
    assert [one.type for one in told.events] == ["start", "update", "end"]
    assert len({(one.id, one.since_ns, one.what, one.task) for one in told.events}) == 1
    assert [(one.level, one.rate_hz, one.model) for one in told.events] == [
        (1, 15.0, "movenet-thunder"),
        (2, 15.0, "movenet-lightning"),
        (0, None, "movenet-thunder"),
    ]
    assert [one.reason for one in told.events] == [None, None, "over"]


def test_each_task_has_its_own_and_a_stop_ends_what_goes_on() -> None:
    events, told = governed()
    events.tell({"pose": HELD, "action": replace(HELD, rate_hz=2.5), "classification": FREE})
    events.stop()
    events.stop()
    assert [(one.task, one.type, one.reason) for one in told.events] == [
        ("pose", "start", None),
        ("action", "start", None),
        ("pose", "end", "unseen"),
        ("action", "end", "unseen"),
    ]
    assert told.events[0].id != told.events[1].id


def test_what_begins_again_is_another_event() -> None:
    events, told = governed()
    for hold in (HELD, FREE, HELD):
        events.tell({"pose": hold})
    first, _, second = told.events
    assert first.id != second.id
