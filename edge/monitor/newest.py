"""The newest frame and results, and which of them are to be seen together."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np

from edge.tasks.registry import tasks
from edge.types import MaskedResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.monitor.status import Status
    from edge.types import Frame, ImageArray, Result, TaskName

PEOPLE_HOLD_S = 0.5
HOLD_S = 1.0
_INTERVALS = 2.5
LONGEST_HOLD_S = 5.0
CAMERA_HOLD_S = 1.0
_NO_PIXELS: Final[ImageArray] = np.empty((0, 0, 3), np.uint8)
_UNKNOWN_S = float("inf")


@dataclass(frozen=True, slots=True)
class _Come:
    """A result, when it came, and how long after the one before; ``usual_s`` is the shorter of the last two times.

    A task that has rested is not slow: the time of its rest counts for nothing once it has come again twice.
    """

    result: Result
    at_s: float
    after_s: float = _UNKNOWN_S
    usual_s: float = 0.0

    def next(self, result: Result, now_s: float) -> _Come:
        after_s = now_s - self.at_s
        return _Come(result, now_s, after_s, min(after_s, self.after_s))


class Shown(NamedTuple):
    """What is to be seen together: a frame, None where none come, and results in the tasks' usual order."""

    frame: Frame | None
    results: tuple[Result, ...]


class Newest:
    """What came last. :meth:`take_frame` and :meth:`put` only store a reference, each task's from a thread of its own.

    Where there are people, the frame is the one that they were found in, so that they lie on their own picture and not
    on a later one: it is that of the first task, in their usual order, that shows people. Where no such task has said
    anything for half a second, or 2.5 times as long as it usually takes, it is the newest frame of all.

    No result is seen for longer than a second, or 2.5 times as long as its task usually takes but at most five seconds,
    and none of a task that is paused or gone. Nothing at all is seen once the camera is lost.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        """``clock_s`` is monotonic."""
        self._clock_s = clock_s
        self._frame: tuple[Frame, float] | None = None
        self._come: dict[TaskName, _Come] = {}

    def take_frame(self, frame: Frame) -> None:
        """Take a frame from the camera."""
        self._frame = frame, self._clock_s()

    def put(self, result: Result) -> None:
        """Take a result."""
        before, now_s = self._come.get(result.task), self._clock_s()
        self._come[result.task] = before.next(result, now_s) if before else _Come(result, now_s)

    def shown(self, status: Status) -> Shown:
        """What is to be seen now."""
        known, now_s = tasks(), self._clock_s()
        running = {one.task for one in status.tasks if not one.is_paused}
        come = {task: self._come[task] for task in known if task in running and task in self._come}
        holding = {task: one.result for task, one in come.items() if now_s - one.at_s <= _hold_s(task, one)}
        frame, at_s = self._frame or (None, 0.0)
        if status.camera_state != "running" and now_s - at_s > CAMERA_HOLD_S:
            return Shown(None, ())
        return Shown(_frame_of_people(holding) or frame, tuple(holding.values()))


def _frame_of_people(holding: Mapping[TaskName, Result]) -> Frame | None:
    """The frame that the first task that shows people found them in."""
    return next((result.frame for task, result in holding.items() if _shows_people(task)), None)


def without_pixels(result: Result, *, with_masks: bool) -> Result:
    """The same with an empty picture in its frame, and masks of people only where they are to be drawn."""
    frame = replace(result.frame, image=_NO_PIXELS)
    if isinstance(result, MaskedResult) and not with_masks:
        result = result.without_masks()
    return cast("Result", replace(cast("Any", result), frame=frame))


def _hold_s(task: TaskName, come: _Come) -> float:
    shortest_s = PEOPLE_HOLD_S if _shows_people(task) else HOLD_S
    return min(max(shortest_s, _INTERVALS * come.usual_s), LONGEST_HOLD_S)


def _shows_people(task: TaskName) -> bool:
    return tasks()[task].shows_people
