"""Signs of life: whether a loop is at work, and for how long at the same thing.

A loop that waits in a known state (for frames, for a broker, for a camera to come back) rests, however long that takes.
A call that does not return is work that goes on for too long.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class _Work(NamedTuple):
    since_s: float
    limit_s: float


class Heartbeat:
    """The sign of life of one loop, given by its own thread and read by another.

    What takes longer than ``limit_s`` does not end any more.
    """

    def __init__(self, name: str, limit_s: float = float("inf"), clock_s: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.beats = False
        """Whether its loop has begun."""
        self._limit_s = limit_s
        self._clock_s = clock_s
        self._work: _Work | None = None

    def work(self, at_least_s: float = 0.0) -> None:
        """Say that something begins which will be over soon; ``at_least_s``: what may take so long, and still end."""
        self._work = _Work(self._clock_s(), max(self._limit_s, at_least_s))
        self.beats = True

    def rest(self) -> None:
        """Say that a wait in a known state begins."""
        self._work = None
        self.beats = True

    def is_stopped(self, not_before_s: float = float("-inf")) -> bool:
        """Whether it has been at the same thing for too long; time before ``not_before_s`` is not counted."""
        work = self._work
        return work is not None and self._clock_s() - max(work.since_s, not_before_s) > work.limit_s


class Heartbeats:
    """Those of all loops of the process."""

    def __init__(self, limit_s: float = float("inf"), clock_s: Callable[[], float] = time.monotonic) -> None:
        """``limit_s``: what takes longer does not end any more, unless its loop says otherwise."""
        self._limit_s = limit_s
        self._clock_s = clock_s
        self._not_before_s = float("-inf")
        self._heartbeats: list[Heartbeat] = []

    def add(self, name: str) -> Heartbeat:
        """The heartbeat of one more loop."""
        heartbeat = Heartbeat(name, self._limit_s, self._clock_s)
        self._heartbeats.append(heartbeat)
        return heartbeat

    @property
    def all_beat(self) -> bool:
        """Whether every loop has begun."""
        return all(heartbeat.beats for heartbeat in self._heartbeats)

    def stopped(self) -> tuple[str, ...]:
        """The loops that have been at the same thing for too long."""
        return tuple(heartbeat.name for heartbeat in self._heartbeats if heartbeat.is_stopped(self._not_before_s))

    def forgive(self) -> None:
        """Begin to count anew for all: the whole process was stopped."""
        self._not_before_s = self._clock_s()
