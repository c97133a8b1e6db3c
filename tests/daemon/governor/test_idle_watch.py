"""An empty room in which nothing moves, and the first frame in which something does."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from edge.daemon.governor.idle_watch import IdleWatch
from tests.support import make_frame

if TYPE_CHECKING:
    from edge.types import Frame, ImageArray

EMPTY = np.full((120, 160, 3), 100, np.uint8)
FPS = 10


def with_somebody(column: int) -> ImageArray:
    image = EMPTY.copy()
    image[30:100, column : column + 20] = 200
    return image


class Room:
    """A camera in front of a room, ten frames a second."""

    def __init__(self, after_s: float = 2.0) -> None:
        self.has_people = False
        self.watch = IdleWatch(lambda: self.has_people, after_s)
        self._numbers = count()

    def show(self, image: ImageArray, seconds: float = 0.1) -> list[bool]:
        """Whether it was idle after each of these frames."""
        found = []
        for _ in range(round(seconds * FPS)):
            was = self.watch.is_idle
            changed = self.watch.take(self.frame(image))
            found.append(self.watch.is_idle)
            assert changed is (was is not found[-1])
        return found

    def frame(self, image: ImageArray) -> Frame:
        number = next(self._numbers)
        return make_frame(image, number=number, time_s=100 + number / FPS)


def test_a_still_room_is_idle_after_a_while_and_awake_with_the_first_frame_that_moves() -> None:
    room = Room()
    assert room.show(EMPTY, 1.9) == [False] * 19
    assert room.show(EMPTY, 1.0)[-1]
    assert room.show(with_somebody(60)) == [False]
    assert room.show(EMPTY, 1.9)[-1] is False


def test_what_moves_slowly_moves() -> None:
    room = Room()
    assert room.show(EMPTY, 3.0)[-1]
    idle = [room.show(with_somebody(column))[0] for column in range(20, 120, 2)]
    assert not any(idle)


def test_whoever_is_seen_is_company_however_still() -> None:
    room = Room()
    room.has_people = True
    assert not any(room.show(with_somebody(60), 10.0))
    room.has_people = False
    assert room.show(with_somebody(60), 4.0)[-1]
    room.has_people = True
    assert room.show(with_somebody(60)) == [False]


def test_noise_and_light_that_fades_are_no_motion() -> None:
    room, noise = Room(), np.random.default_rng(1)
    faded = [EMPTY * (1 - step / 2000) + noise.normal(0, 5, EMPTY.shape) for step in range(100)]
    idle = [room.show(image.clip(0, 255).astype(np.uint8))[0] for image in faded]
    assert all(idle[30:])


def test_it_can_be_switched_off_while_it_is_idle() -> None:
    room = Room()
    assert room.show(EMPTY, 3.0)[-1]
    room.watch.tune(0.0)
    assert not any(room.show(EMPTY, 5.0))
