"""Labels as events: each begins, goes on and ends under one id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tracking.consensus import Consensus

EventType: TypeAlias = Literal["start", "update", "end"]


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """Something about the label ``index``, which has held since ``since_s``; ``id`` is the same from start to end."""

    id: str
    type: EventType
    index: int
    since_s: float
    time_s: float


class LabelEvents:
    """Turns the settled label of each moment into events. Nothing being settled is no event."""

    def __init__(self, new_id: Callable[[], str], *, update_s: float) -> None:
        self._new_id = new_id
        self._update_s = update_s
        self._current: LabelEvent | None = None

    def update(self, settled: Consensus | None, time_s: float) -> tuple[LabelEvent, ...]:
        """What happened at ``time_s`` (growing): an end before a start, or an update every ``update_s``."""
        current = self._current
        if current is not None and settled is not None and self._goes_on(current, settled):
            if time_s - current.time_s < self._update_s:
                return ()
            self._current = LabelEvent(current.id, "update", current.index, current.since_s, time_s)
            return (self._current,)
        events = []
        if current is not None:
            events.append(LabelEvent(current.id, "end", current.index, current.since_s, time_s))
        self._current = None
        if settled is not None:
            self._current = LabelEvent(self._new_id(), "start", settled.index, settled.since_s, time_s)
            events.append(self._current)
        return tuple(events)

    @staticmethod
    def _goes_on(current: LabelEvent, settled: Consensus) -> bool:
        return (settled.index, settled.since_s) == (current.index, current.since_s)
