"""The monitor is off when nobody has been there for long, and on whenever somebody may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.monitor.idle import Idle
from edge.monitor.status import Login, Trouble
from edge.tasks.common.occupancy import Occupancy
from tests.monitor.given import PEOPLE, status_of

WELL = status_of(PEOPLE)
IDLE_S = 60.0


class Room:
    """A room that is looked at, a clock on its wall."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.occupancy = Occupancy()
        self.idle = Idle(self.occupancy, lambda: self.now_s)
        self.people = 0
        self.occupancy.watch()

    def after(self, seconds: float, status: object = WELL, idle_s: float = IDLE_S) -> bool:
        """Whether the monitor is on when so much more time has passed."""
        for _ in range(10):
            self.now_s += seconds / 10
            self.occupancy.see(self.people, self.now_s)
            awake = self.idle.is_awake(status, idle_s)  # type: ignore[arg-type]
        return awake


@pytest.fixture
def room() -> Room:
    return Room()


def test_it_goes_off_after_the_time_without_a_person_and_on_with_the_next(room: Room) -> None:
    assert room.after(IDLE_S - 1)
    assert not room.after(2)
    assert not room.after(3600)
    room.people = 1
    assert room.after(5)
    room.people = 0
    assert room.after(IDLE_S - 1)
    assert not room.after(10)


def test_it_stays_on_while_somebody_is_there(room: Room) -> None:
    room.people = 2
    assert room.after(10 * IDLE_S)


def test_0_s_is_never(room: Room) -> None:
    assert room.after(10 * IDLE_S, idle_s=0.0)


def test_it_stays_on_while_nobody_looks_for_people(room: Room) -> None:
    room.occupancy.leave()
    room.now_s += 10 * IDLE_S
    assert room.idle.is_awake(WELL, IDLE_S)


def test_it_stays_on_while_the_camera_is_away(room: Room) -> None:
    assert room.after(10 * IDLE_S, status_of(PEOPLE, camera="retrying"))


@pytest.mark.parametrize(
    "news", [{"troubles": (Trouble("Broker away", "It does not answer."),)}, {"login": Login("edge", "secret")}]
)
def test_news_for_whoever_looks_has_it_on_for_a_while(room: Room, news: dict[str, object]) -> None:
    assert not room.after(2 * IDLE_S)
    told = replace(WELL, **news)  # type: ignore[arg-type]
    assert room.after(IDLE_S / 2, told)
    assert not room.after(2 * IDLE_S, told)
    assert not room.after(IDLE_S, WELL)
