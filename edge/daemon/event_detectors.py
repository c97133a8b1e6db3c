"""Watching the results of all tasks for news: states and events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.daemon.event_detector import EventDetector
from edge.tasks.registry import tasks
from edge.types import TaskState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.config.sections import Settings
    from edge.daemon.event_detector import EventSink
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import Result, TaskName

QUIET_S = 5.0
"""A task that has had no result for so long sees nothing any more."""
_MISSED_TURNS = 3
"""Nor is it quiet before so many turns of its own rate were missed."""


class EventDetectors:
    """A sink that tells what is news in the results of each task; a task that is switched off knows nothing.

    ``models`` are those of the tasks that run; ``occupancy`` has the number of people that pose believes in.
    """

    def __init__(
        self, models: Mapping[TaskName, str], settings: Settings, occupancy: Occupancy, sink: EventSink
    ) -> None:
        self._sink = sink
        self._detectors = {
            task: EventDetector(tasks()[task], model, occupancy, sink, quiet_s=_quiet_s(task, settings))
            for task, model in models.items()
        }

    def start(self) -> None:
        """Say of each task that nothing is known yet, in place of what an earlier run has said."""
        for task in tasks():
            if task in self._detectors:
                self._detectors[task].start()
            else:
                self._sink.put_state(TaskState(task, frame=None, model=None, backend=None))

    def put(self, result: Result) -> None:
        """Take a result; never waits."""
        self._detectors[result.task].watch(result)

    def see_anybody(self) -> bool:
        """Whether a task that counts people, or parts of them, sees any; may be asked by any thread."""
        return any(detector.sees_anybody for detector in self._detectors.values())

    def look(self) -> None:
        """Notice which tasks have had no result for long; to be called about every second."""
        for detector in self._detectors.values():
            detector.look(time.monotonic_ns())

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        for task, detector in self._detectors.items():
            detector.quiet_s = _quiet_s(task, settings)

    def stop(self) -> None:
        """End all that goes on."""
        for detector in self._detectors.values():
            detector.stop(time.monotonic_ns())


def _quiet_s(task: TaskName, settings: Settings) -> float:
    rate_hz = tasks()[task].processing.rate_hz(settings)
    return max(QUIET_S, _MISSED_TURNS / rate_hz) if rate_hz else QUIET_S
