"""Events on tasks that the governor holds back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.daemon.event_detector import new_ulid
from edge.types import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.daemon.event_detector import EventSink
    from edge.types import Backend, EndReason, EventType, TaskName


@dataclass(frozen=True, slots=True)
class Hold:
    """How a task runs: at most ``rate_hz`` (None: as often as it likes), with ``model``, and ``why``.

    ``is_held``: whether either is another than it would be without the governor.
    """

    is_held: bool
    level: int
    rate_hz: float | None
    model: str
    backend: Backend
    why: str


class GovernedEvents:
    """One event for each task that is held back, from the first measure until it is free again. For one thread."""

    def __init__(self, sink: EventSink, new_id: Callable[[], str] = new_ulid) -> None:
        self._sink = sink
        self._new_id = new_id
        self._open: dict[TaskName, tuple[str, int, Hold]] = {}

    def tell(self, holds: Mapping[TaskName, Hold]) -> None:
        """Tell what has become different; ``holds`` are those of tasks that are not just being changed."""
        for task, hold in holds.items():
            known = self._open.get(task)
            if (known is None and not hold.is_held) or (known is not None and known[2] == hold):
                continue
            identity, since_ns, _ = known or (self._new_id(), time.monotonic_ns(), hold)
            self._open[task] = (identity, since_ns, hold)
            if hold.is_held:
                self._tell(task, "update" if known else "start")
            else:
                self._end(task, "over")

    def stop(self) -> None:
        """End all that goes on: nobody looks any more."""
        for task in tuple(self._open):
            self._end(task, "unseen")

    def _end(self, task: TaskName, reason: EndReason) -> None:
        self._tell(task, "end", reason)
        del self._open[task]

    def _tell(self, task: TaskName, type_: EventType, reason: EndReason | None = None) -> None:
        identity, since_ns, hold = self._open[task]
        self._sink.put_event(
            Event(
                id=identity,
                type=type_,
                what="governed",
                since_ns=since_ns,
                task=task,
                frame=None,
                model=hold.model,
                backend=hold.backend,
                reason=reason,
                why=hold.why,
                level=hold.level,
                rate_hz=None if hold.rate_hz is None else round(hold.rate_hz, 2),
            )
        )
