"""Where events wait until the broker has confirmed them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.mqtt.outbox_file import OutboxFile

MAX_EVENTS = 10_000
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """One event as it goes over the wire; ``number`` counts entries of the outbox."""

    number: int
    payload: bytes = field(repr=False)


class Outbox:
    """Events in order, bounded by count and bytes: when it is full the oldest that is not under way is dropped.

    An entry is *under way* from :meth:`take` until it is settled or, when its connection is lost, taken back by
    :meth:`rewind`. For one thread; others may read ``waiting``, the number of events that are not settled, and
    ``dropped``.
    """

    def __init__(
        self, outbox_file: OutboxFile | None = None, *, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES
    ) -> None:
        """Begin with what the file has kept; without one, events do not survive the process."""
        self._outbox_file = outbox_file
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._queue: deque[OutboxEvent] = deque()
        self._under_way: dict[int, OutboxEvent] = {}
        self._bytes = 0
        self._next_number = 1
        self.waiting = 0
        self.dropped = 0
        for entry in outbox_file.kept() if outbox_file else ():
            self._append(entry)

    def put(self, payload: bytes) -> int:
        """Append an event; returns how many were dropped to make room."""
        entry = OutboxEvent(self._next_number, payload)
        if self._outbox_file:
            self._outbox_file.add(entry)
        return self._append(entry)

    def take(self) -> OutboxEvent | None:
        """The oldest event that is not under way, which it is from now on; None when there is none."""
        if not self._queue:
            return None
        entry = self._queue.popleft()
        self._under_way[entry.number] = entry
        return entry

    def rewind(self) -> None:
        """Take back what was under way: it comes first again, in order."""
        self._queue.extendleft(reversed(self._under_way.values()))
        self._under_way.clear()

    def settle(self, entry: OutboxEvent, *, accepted: bool) -> None:
        """Let an event go that the broker has answered to; one that it will not have counts as dropped."""
        if self._under_way.pop(entry.number, None):
            self._let_go(entry)
            self.dropped += not accepted

    def _append(self, entry: OutboxEvent) -> int:
        self._next_number = entry.number + 1
        self._queue.append(entry)
        self.waiting += 1
        self._bytes += len(entry.payload)
        dropped = 0
        while self._queue and (self.waiting > self._max_events or self._bytes > self._max_bytes):
            self._let_go(self._queue.popleft())
            dropped += 1
        self.dropped += dropped
        return dropped

    def _let_go(self, entry: OutboxEvent) -> None:
        self.waiting -= 1
        self._bytes -= len(entry.payload)
        if self._outbox_file:
            self._outbox_file.remove(entry.number)
