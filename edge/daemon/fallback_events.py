"""Events of EdgeTPUs that fail: which tasks the CPU computes in their place, how long, and what is done about it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edge.daemon.event_detector import new_ulid
from edge.types import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from edge.daemon.event_detector import EventSink
    from edge.runtime.edgetpu.steps import Step
    from edge.types import EndReason, EventType, StepKind, TaskName

_FAILURES: Collection[StepKind] = ("lost", "gone")
"""With one of them a fallback begins; with others only where an EdgeTPU is asked for, see :meth:`begin`."""


@dataclass(frozen=True, slots=True)
class _Fallback:
    id: str
    since_ns: int
    model: str
    step: StepKind
    why: str


class FallbackEvents:
    """Makes one event for each task that falls back, from the failure until the EdgeTPU computes it again.

    Steps come from the threads that look after EdgeTPUs, all else from another.
    """

    def __init__(self, sink: EventSink, new_id: Callable[[], str] = new_ulid) -> None:
        self._sink = sink
        self._new_id = new_id
        self._lock = threading.Lock()
        self._models: Mapping[TaskName, str] = {}
        self._open: dict[TaskName, _Fallback] = {}

    def tune(self, models: Mapping[TaskName, str]) -> None:
        """Tell of these tasks, by the names of their models, from now on; what goes on for any other is over."""
        with self._lock:
            self._models = models
            for task in self._open.keys() - models.keys():
                self._end(task, "over")

    def take(self, step: Step) -> None:
        """Tell the tasks that have their place on the EdgeTPU what became of it; never waits."""
        with self._lock:
            for task in step.users:
                if task in self._models:
                    self._take(task, step)

    def begin(self, task: TaskName, step: StepKind, why: str) -> None:
        """The EdgeTPU that ``task`` is set to cannot be had, and nothing has been told of it so far."""
        with self._lock:
            if task in self._models and task not in self._open:
                self._open[task] = _Fallback(self._new_id(), time.monotonic_ns(), self._models[task], step, why)
                self._tell(task, "start")

    def leave(self, tasks: Iterable[TaskName]) -> None:
        """These are to be computed elsewhere from now on; what goes on is over."""
        with self._lock:
            for task in self._open.keys() & set(tasks):
                self._end(task, "over")

    def stop(self) -> None:
        """End all that goes on: nobody looks any more."""
        with self._lock:
            for task in tuple(self._open):
                self._end(task, "unseen")

    def goes_on(self, task: TaskName) -> bool:
        """Whether ``task`` has fallen back."""
        with self._lock:
            return task in self._open

    def _take(self, task: TaskName, step: Step) -> None:
        known = self._open.get(task)
        if known is None and step.kind not in _FAILURES:
            return
        begun = known or _Fallback(self._new_id(), step.at_ns, self._models[task], step.kind, step.why)
        self._open[task] = replace(begun, step=step.kind, why=step.why)
        if step.kind == "ready":
            self._end(task, "over")
        else:
            self._tell(task, "update" if known else "start")

    def _end(self, task: TaskName, reason: EndReason) -> None:
        self._tell(task, "end", reason)
        del self._open[task]

    def _tell(self, task: TaskName, type_: EventType, reason: EndReason | None = None) -> None:
        fallback = self._open[task]
        self._sink.put_event(
            Event(
                id=fallback.id,
                type=type_,
                what="fallback",
                since_ns=fallback.since_ns,
                task=task,
                frame=None,
                model=fallback.model,
                backend="edgetpu" if fallback.step == "ready" else "cpu",
                reason=reason,
                step=fallback.step,
                why=fallback.why,
            )
        )
