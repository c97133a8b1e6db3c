"""What goes on as steps of a story."""

from __future__ import annotations

from itertools import count

from edge.tracking.events import EventChange, EventLifecycle
from edge.types import NS_PER_S

WAVE, CLAP = ("wave", 1), ("clap", 1)


def steps(moments: list[tuple[str, int] | None]) -> list[EventChange]:
    """All steps of what is there, one moment a second; the second moment of a thing says another ``since_ns``."""
    numbers = count(1)
    story = EventLifecycle(lambda: str(next(numbers)), update_s=2.0)
    told: list[EventChange] = []
    for second, moment in enumerate(moments):
        name, there = moment or (None, 0)
        told += story.tell(name, there, since_ns=second * NS_PER_S, now_ns=second * NS_PER_S)
    return told


def told(moments: list[tuple[str, int] | None]) -> list[tuple[str, str, str, int]]:
    return [(step.id, step.type, step.name, step.count) for step in steps(moments)]


def test_nothing_is_no_step() -> None:
    assert told([None, None]) == []


def test_a_thing_starts_goes_on_and_ends_under_one_id() -> None:
    assert told([None, WAVE, WAVE, WAVE, WAVE, None]) == [
        ("1", "start", "wave", 1),
        ("1", "update", "wave", 1),
        ("1", "end", "wave", 0),
    ]


def test_what_it_is_since_stays_as_it_began() -> None:
    assert {step.since_ns for step in steps([None, WAVE, WAVE, WAVE, None])} == {NS_PER_S}


def test_one_thing_after_another_ends_before_it_starts() -> None:
    assert told([WAVE, CLAP]) == [("1", "start", "wave", 1), ("1", "end", "wave", 0), ("2", "start", "clap", 1)]


def test_the_same_thing_later_is_another_story() -> None:
    assert [(step.id, step.type) for step in steps([WAVE, None, WAVE])] == [
        ("1", "start"),
        ("1", "end"),
        ("2", "start"),
    ]


def test_another_count_is_an_update_and_puts_off_the_next() -> None:
    people = [("person", 1), ("person", 3), ("person", 3), ("person", 3), ("person", 3)]
    assert [(step.type, step.count) for step in steps([*people])] == [("start", 1), ("update", 3), ("update", 3)]


def test_an_update_is_due_only_while_something_goes_on() -> None:
    story = EventLifecycle(lambda: "1", update_s=2.0)
    assert not story.is_update_due(10 * NS_PER_S)
    story.tell("wave", 1, since_ns=0, now_ns=0)
    assert not story.is_update_due(NS_PER_S)
    assert story.is_update_due(2 * NS_PER_S)
