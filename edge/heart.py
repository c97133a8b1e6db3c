"""Signs of life: whether a loop is at work, and for how long at the same thing.

A loop that waits in a known state (for frames, for a broker, for a camera to come back) rests, however long that takes.
A call that does not return is work that goes on for too long.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Heart:
    """The sign of life of one loop, given by its own thread and read by another."""

    def __init__(self, name: str, clock_s: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.beats = False
        """Whether its loop has begun."""
        self._clock_s = clock_s
        self._since_s: float | None = None

    def work(self) -> None:
        """Say that something begins which will be over soon."""
        self._since_s = self._clock_s()
        self.beats = True

    def rest(self) -> None:
        """Say that a wait in a known state begins."""
        self._since_s = None
        self.beats = True

    def working_s(self) -> float:
        """For how long it has been at the same thing; 0 while it rests."""
        since_s = self._since_s
        return 0.0 if since_s is None else self._clock_s() - since_s


class Hearts:
    """Those of all loops of the process."""

    def __init__(self, limit_s: float = float("inf")) -> None:
        """``limit_s``: what takes longer does not end any more."""
        self._limit_s = limit_s
        self._hearts: list[Heart] = []

    def add(self, name: str) -> Heart:
        """The heart of one more loop."""
        heart = Heart(name)
        self._hearts.append(heart)
        return heart

    @property
    def all_beat(self) -> bool:
        """Whether every loop has begun."""
        return all(heart.beats for heart in self._hearts)

    def stopped(self) -> tuple[str, ...]:
        """The loops that have been at the same thing for too long."""
        return tuple(heart.name for heart in self._hearts if heart.working_s() > self._limit_s)
