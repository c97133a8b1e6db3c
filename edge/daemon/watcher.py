"""What in the results of a task is news: its state where it changed, and events."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple, Protocol

from edge.daemon.ulid import new_ulid
from edge.tracking.events import Story
from edge.types import NS_PER_S, CategoryResult, Event, LabelState, PeopleState, Settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tracking.events import Step
    from edge.types import Backend, EndReason, FrameInfo, Result, TaskName, TaskState

UPDATE_S = 60.0
"""How often it is said of an event that it still goes on, so that a late listener learns of it."""


class Teller(Protocol):
    """Whoever takes news; never waits."""

    def put_state(self, state: TaskState) -> None:
        """Take the state of a task, which replaces the one before."""
        ...

    def put_event(self, event: Event) -> None:
        """Take an event."""
        ...


class Sight(NamedTuple):
    """What a task sees, by ``name`` (None for nothing), and how many of it; a ``number`` of None is not known."""

    name: str | None
    number: int | None


NOTHING_KNOWN = Sight(None, None)


class Watcher:
    """Watches the results of one task and tells what is news.

    Results come from the worker's thread, :meth:`look` from another; news is told in order. A task that has had no
    result for ``quiet_s`` sees nothing any more, whatever the reason: no camera, a closed gate, a pause.
    """

    def __init__(
        self,
        task: TaskName,
        model: str,
        sight_of: Callable[[Result], Sight],
        teller: Teller,
        *,
        quiet_s: float,
        new_id: Callable[[], str] = new_ulid,
    ) -> None:
        self.quiet_s = quiet_s
        self._task = task
        self._sight_of = sight_of
        self._teller = teller
        self._story = Story(new_id, update_s=UPDATE_S)
        self._lock = threading.Lock()
        self._model = model
        self._backend: Backend | None = None
        self._sight = NOTHING_KNOWN
        self._since_ns = 0
        self._seen_ns = 0

    def start(self) -> None:
        """Tell that nothing is known yet, in place of what an earlier run has said."""
        with self._lock:
            self._tell_state(None)

    def watch(self, result: Result) -> None:
        """Take in a result, and tell what is new in it."""
        sight = self._sight_of(result)
        with self._lock:
            self._seen_ns = now_ns = result.frame.captured_ns
            if sight != self._sight:
                self._sight, self._since_ns = sight, _since_ns(result)
            elif result.model == self._model and result.backend == self._backend:
                if self._story.is_update_due(now_ns):
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
        name, count = self._sight
        if self._task == "pose":
            present = None if count is None else count > 0
            self._teller.put_state(PeopleState(frame, self._model, self._backend, present, count))
        else:
            settled = None if name is None else Settled(name, self._since_ns)
            self._teller.put_state(LabelState(self._task, frame, self._model, self._backend, settled))

    def _tell_events(self, frame: FrameInfo | None, now_ns: int, reason: EndReason) -> None:
        for step in self._story.tell(self._sight.name, self._sight.number or 0, self._since_ns, now_ns):
            self._teller.put_event(self._event(step, frame, reason))

    def _event(self, step: Step, frame: FrameInfo | None, reason: EndReason) -> Event:
        is_people = self._task == "pose"
        return Event(
            id=step.id,
            type=step.type,
            what="person" if self._task == "pose" else self._task,
            since_ns=step.since_ns,
            task=self._task,
            frame=frame,
            model=self._model,
            backend=self._backend,
            category_name=None if is_people else step.name,
            count=step.count if is_people else None,
            reason=reason if step.type == "end" else None,
        )


def _since_ns(result: Result) -> int:
    if isinstance(result, CategoryResult) and result.settled is not None:
        return result.settled.since_ns
    return result.frame.captured_ns
