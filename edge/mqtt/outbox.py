"""What waits for the broker: events until it has confirmed them, and the last value of each retained topic."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_EVENTS = 10_000
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """One event as it goes over the wire; ``number`` counts those of the outbox."""

    number: int
    payload: bytes = field(repr=False)


class EventStore(Protocol):
    """What keeps events over a restart; none of it waits for a disk."""

    def kept(self) -> Sequence[OutboxEvent]:
        """The events that wait since an earlier run, in order."""
        ...

    def add(self, event: OutboxEvent, /) -> None:
        """Note a new event."""
        ...

    def remove(self, number: int, /) -> None:
        """Note that an event has gone."""
        ...


class Outbox:
    """Events in order, bounded by count and bytes: when it is full the oldest that is not under way is dropped.

    An event is *under way* from :meth:`take` until it is settled or, when its connection is lost, taken back by
    :meth:`rewind`. For one thread; others may read ``waiting``, the number of events that are not settled, and
    ``dropped``.
    """

    def __init__(
        self, store: EventStore | None = None, *, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES
    ) -> None:
        """Begin with what the store has kept; without one, events do not survive the process."""
        self._store = store
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._queue: deque[OutboxEvent] = deque()
        self._under_way: dict[int, OutboxEvent] = {}
        self._bytes = 0
        self._next_number = 1
        self.waiting = 0
        self.dropped = 0
        for event in store.kept() if store else ():
            self._append(event)

    def put(self, payload: bytes) -> int:
        """Append an event; returns how many were dropped to make room."""
        event = OutboxEvent(self._next_number, payload)
        if self._store:
            self._store.add(event)
        return self._append(event)

    def take(self) -> OutboxEvent | None:
        """The oldest event that is not under way, which it is from now on; None when there is none."""
        if not self._queue:
            return None
        event = self._queue.popleft()
        self._under_way[event.number] = event
        return event

    def rewind(self) -> None:
        """Take back what was under way: it comes first again, in order."""
        self._queue.extendleft(reversed(self._under_way.values()))
        self._under_way.clear()

    def settle(self, event: OutboxEvent, *, accepted: bool) -> None:
        """Let an event go that the broker has answered to; one that it will not have counts as dropped."""
        if self._under_way.pop(event.number, None):
            self._let_go(event)
            self.dropped += not accepted

    def _append(self, event: OutboxEvent) -> int:
        self._next_number = event.number + 1
        self._queue.append(event)
        self.waiting += 1
        self._bytes += len(event.payload)
        dropped = 0
        while self._queue and (self.waiting > self._max_events or self._bytes > self._max_bytes):
            self._let_go(self._queue.popleft())
            dropped += 1
        self.dropped += dropped
        return dropped

    def _let_go(self, event: OutboxEvent) -> None:
        self.waiting -= 1
        self._bytes -= len(event.payload)
        if self._store:
            self._store.remove(event.number)


class RetainedStates:
    """Keeps the newest payload of each topic, and which of them the broker has to be given (again).

    For one thread.
    """

    def __init__(self) -> None:
        self._payloads: dict[str, bytes] = {}
        self._due: dict[str, None] = {}  # in the order they became due
        self._unsent: set[str] = set()

    def put(self, name: str, payload: bytes) -> bool:
        """Keep a newer value; False when the one before was never sent and now never will be."""
        replaced = name in self._unsent
        self._payloads[name] = payload
        self._unsent.add(name)
        self._due[name] = None
        return not replaced

    def renew(self) -> None:
        """Have all of them sent again."""
        self._due.update(dict.fromkeys(self._payloads))

    def next(self) -> tuple[str, bytes] | None:
        """The topic that has been due for longest, and its value; None when nothing is due."""
        name = next(iter(self._due), None)
        return None if name is None else (name, self._payloads[name])

    def sent(self, name: str) -> bool:
        """Its value was handed over; True when that was for the first time."""
        del self._due[name]
        first = name in self._unsent
        self._unsent.discard(name)
        return first
