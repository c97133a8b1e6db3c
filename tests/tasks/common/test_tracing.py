"""One proxy records a model of any task, and one stands in its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge.tasks.common.look import STRETCHED, Look
from edge.tasks.common.observer import Observation
from edge.tasks.common.tracing import RecordedObserver, ReplayedObserver
from edge.types import Box, Frame
from tests.support import make_frame

CROP = Look(Box(0.1, 0.2, 0.3, 0.4))


@dataclass(frozen=True)
class Hands:
    """What a model may say that is no array."""

    count: int
    sides: tuple[str, ...]


@dataclass
class HandModel:
    traits: str = "two hands"
    looks: list[Look] = field(default_factory=list)
    resets: int = 0

    def reset(self) -> None:
        self.resets += 1

    def observe(self, _frame: Frame, look: Look) -> Observation[Hands]:
        self.looks.append(look)
        return Observation(Hands(len(self.looks), ("Left",)), 1.5, "edgetpu")


Notes = list[tuple[Observation[Hands], Look]]


class Writer:
    def __init__(self) -> None:
        self.notes: Notes = []

    def observed(self, observation: Observation[Hands], look: Look) -> None:
        self.notes.append((observation, look))


class Reader:
    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def observed(self, _look: Look) -> Observation[Hands]:
        return self.notes.pop(0)[0]


def test_what_is_asked_and_said_is_passed_on_and_noted() -> None:
    model, writer = HandModel(), Writer()
    recorded = RecordedObserver(model, writer)

    said = [recorded.observe(make_frame(), look) for look in (STRETCHED, CROP)]
    recorded.reset()

    assert model.looks == [STRETCHED, CROP]
    assert writer.notes == list(zip(said, model.looks, strict=True))
    assert (recorded.traits, model.resets) == ("two hands", 1)


def test_what_was_noted_is_said_again() -> None:
    writer = Writer()
    recorded = RecordedObserver(HandModel(), writer)
    said = [recorded.observe(make_frame(), look) for look in (STRETCHED, CROP)]

    replayed = ReplayedObserver(Reader(writer.notes), recorded.traits)
    replayed.reset()

    assert [replayed.observe(make_frame(), STRETCHED) for _ in said] == said
    assert replayed.traits == "two hands"
