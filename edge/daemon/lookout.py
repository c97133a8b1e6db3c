"""Watching the results of all tasks for news: states and events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.daemon.watcher import NOTHING_KNOWN, Sight, Watcher
from edge.types import TASK_NAMES, CategoryResult, LabelState, PeopleState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.config.settings import Settings
    from edge.daemon.watcher import Teller
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import Result, TaskName, TaskState

QUIET_S = 5.0
"""A task that has had no result for so long sees nothing any more."""
_MISSED_TURNS = 3
"""Nor is it quiet before so many turns of its own rate were missed."""


class Lookout:
    """A sink that tells what is news in the results of each task; a task that is switched off knows nothing.

    ``models`` are those of the tasks that run; ``board`` has the number of people that pose believes in.
    """

    def __init__(self, models: Mapping[TaskName, str], settings: Settings, board: Occupancy, teller: Teller) -> None:
        self._teller = teller
        self._watchers = {
            task: Watcher(task, model, _sight_of(task, board), teller, quiet_s=_quiet_s(task, settings))
            for task, model in models.items()
        }

    def start(self) -> None:
        """Say of each task that nothing is known yet, in place of what an earlier run has said."""
        for task in TASK_NAMES:
            if task in self._watchers:
                self._watchers[task].start()
            else:
                self._teller.put_state(_switched_off(task))

    def put(self, result: Result) -> None:
        """Take a result; never waits."""
        self._watchers[result.task].watch(result)

    def look(self) -> None:
        """Notice which tasks have had no result for long; to be called about every second."""
        for watcher in self._watchers.values():
            watcher.look(time.monotonic_ns())

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        for task, watcher in self._watchers.items():
            watcher.quiet_s = _quiet_s(task, settings)

    def stop(self) -> None:
        """End all that goes on."""
        for watcher in self._watchers.values():
            watcher.stop(time.monotonic_ns())


def _switched_off(task: TaskName) -> TaskState:
    if task == "pose":
        return PeopleState(frame=None, model=None, backend=None, present=None, count=None)
    return LabelState(task, frame=None, model=None, backend=None, settled=None)


def _quiet_s(task: TaskName, settings: Settings) -> float:
    rate_hz = settings.action.rate_hz if task == "action" else getattr(settings, task).max_rate_hz
    return max(QUIET_S, _MISSED_TURNS / rate_hz) if rate_hz else QUIET_S


def _sight_of(task: TaskName, board: Occupancy) -> Callable[[Result], Sight]:
    return (lambda _result: _people(board.count)) if task == "pose" else _label


def _people(count: int | None) -> Sight:
    return Sight("person" if count else None, count)


def _label(result: Result) -> Sight:
    settled = result.settled if isinstance(result, CategoryResult) else None
    return NOTHING_KNOWN if settled is None else Sight(settled.category_name, 1)
