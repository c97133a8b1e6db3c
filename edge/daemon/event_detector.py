"""What in the results of a task is news: its state where it changed, and events."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING, Protocol

from edge.tracking.events import EventLifecycle
from edge.types import NOTHING_KNOWN, NS_PER_S, Event, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.registry import Task
    from edge.tracking.events import EventChange
    from edge.types import Backend, EndReason, FrameInfo, Result

UPDATE_S = 60.0
"""How often it is said of an event that it still goes on, so that a late listener learns of it."""
_ULID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: 5 bits a character, without I, L, O and U."""
_ULID_CHARACTERS = 26
_ULID_RANDOM_BITS = 80


def new_ulid() -> str:
    """An identifier that sorts by time, a ULID (github.com/ulid/spec).

    48 bits of milliseconds since 1970, then 80 random bits, as 26 characters.
    """
    number = time.time_ns() // 1_000_000 << _ULID_RANDOM_BITS | secrets.randbits(_ULID_RANDOM_BITS)
    return "".join(_ULID_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_ULID_CHARACTERS)))


class EventSink(Protocol):
    """Whoever takes news; never waits."""

    def put_state(self, state: TaskState) -> None:
        """Take the state of a task, which replaces the one before."""
        ...

    def put_event(self, event: Event) -> None:
        """Take an event."""
        ...


class EventDetector:
    """Watches the results of one task and tells what is news.

    Results come from the worker's thread, :meth:`look` from another; news is told in order. A task that has had no
    result for ``quiet_s`` sees nothing any more, whatever the reason: no camera, a closed gate, a pause.
    """

    def __init__(
        self,
        task: Task,
        model: str,
        occupancy: Occupancy,
        sink: EventSink,
        *,
        quiet_s: float,
        new_id: Callable[[], str] = new_ulid,
    ) -> None:
        self.quiet_s = quiet_s
        self._task = task
        self._occupancy = occupancy
        self._events = task.events
        self._sink = sink
        self._lifecycle = EventLifecycle(new_id, update_s=UPDATE_S)
        self._lock = threading.Lock()
        self._model = model
        self._backend: Backend | None = None
        self._sight = NOTHING_KNOWN
        self._since_ns = 0
        self._seen_ns = 0

    @property
    def sees_anybody(self) -> bool:
        """Whether the latest result showed somebody, where the task counts who is there."""
        return self._events.IS_COUNTED and bool(self._sight.number)

    def start(self) -> None:
        """Tell that nothing is known yet, in place of what an earlier run has said."""
        with self._lock:
            self._tell_state(None)

    def watch(self, result: Result) -> None:
        """Take in a result, and tell what is new in it."""
        sight = self._events.sight(result, self._occupancy)
        with self._lock:
            self._seen_ns = now_ns = result.frame.captured_ns
            if sight != self._sight:
                self._sight, self._since_ns = sight, self._events.since_ns(result)
            elif result.model == self._model and result.backend == self._backend:
                if self._lifecycle.is_update_due(now_ns):
                    self._tell_events(result.frame.info, now_ns, "over")
                return
            self._model, self._backend = result.model, result.backend
            self._tell_state(result.frame.info)
            self._tell_events(result.frame.info, now_ns, "over")

    def look(self, now_ns: int) -> None:
        """Tell that nothing is known any more where no result has come for long (``now_ns``: ``time.monotonic_ns``)."""
        with self._lock:
            if now_ns - self._seen_ns > self.quiet_s * NS_PER_S:
                self._lose_sight(now_ns)

    def stop(self, now_ns: int) -> None:
        """Tell the end of whatever goes on: nobody looks any more."""
        with self._lock:
            self._lose_sight(now_ns)

    def _lose_sight(self, now_ns: int) -> None:
        if self._backend is None:
            return
        self._sight, self._backend = NOTHING_KNOWN, None
        self._tell_state(None)
        self._tell_events(None, now_ns, "unseen")

    def _tell_state(self, frame: FrameInfo | None) -> None:
        state = TaskState(self._task.name, frame, self._model, self._backend, self._sight, self._since_ns)
        self._sink.put_state(state)

    def _tell_events(self, frame: FrameInfo | None, now_ns: int, reason: EndReason) -> None:
        for change in self._lifecycle.tell(self._sight.name, self._sight.number or 0, self._since_ns, now_ns):
            self._sink.put_event(self._event(change, frame, reason))

    def _event(self, change: EventChange, frame: FrameInfo | None, reason: EndReason) -> Event:
        part = self._events
        return Event(
            id=change.id,
            type=change.type,
            what=part.SUBJECT,
            since_ns=change.since_ns,
            task=self._task.name,
            frame=frame,
            model=self._model,
            backend=self._backend,
            category_name=None if part.IS_COUNTED else change.name,
            count=change.count if part.IS_COUNTED else None,
            reason=reason if change.type == "end" else None,
        )
