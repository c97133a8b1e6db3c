"""What goes on as steps of a story: each begins, goes on and ends under one id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.types import EventType


@dataclass(frozen=True, slots=True)
class EventChange:
    """Something called ``name`` began, goes on or ended; ``id`` and ``since_ns`` stay the same from start to end."""

    id: str
    type: EventType
    name: str
    count: int
    since_ns: int


class EventLifecycle:
    """Turns what is there at each moment into steps; one thing at a time, and nothing being there is no step."""

    def __init__(self, new_id: Callable[[], str], *, update_s: float) -> None:
        self._new_id = new_id
        self._update_ns = round(update_s * NS_PER_S)
        self._current: EventChange | None = None
        self._told_ns = 0

    def is_update_due(self, now_ns: int) -> bool:
        """Whether it is time to say that the same thing still goes on."""
        return self._current is not None and now_ns - self._told_ns >= self._update_ns

    def tell(self, name: str | None, count: int, since_ns: int, now_ns: int) -> tuple[EventChange, ...]:
        """What happened by ``now_ns`` (growing): an end before a start, or an update at another count or when due.

        ``count`` of the thing are there, since ``since_ns``; ``name`` is None where nothing is.
        """
        current = self._current
        if current is not None and current.name == name:
            if current.count == count and not self.is_update_due(now_ns):
                return ()
            self._current = EventChange(current.id, "update", name, count, current.since_ns)
        else:
            self._current = None if name is None else EventChange(self._new_id(), "start", name, count, since_ns)
        self._told_ns = now_ns
        ended = () if current is None or current.name == name else (_end(current),)
        return ended if self._current is None else (*ended, self._current)


def _end(step: EventChange) -> EventChange:
    return EventChange(step.id, "end", step.name, 0, step.since_ns)
