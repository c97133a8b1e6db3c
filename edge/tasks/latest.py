"""The latest result of each task, for as long as it holds in a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.tasks.registry import tasks
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from edge.types import Result, TaskName

HOLD_S = 1.0
_INTERVALS = 2.5
_UNKNOWN_NS = 2**63


@dataclass(frozen=True, slots=True)
class _Come:
    """A result and how long after the one before it was; ``usual_ns`` is the shorter of the last two times."""

    result: Result
    after_ns: int = _UNKNOWN_NS
    usual_ns: int = 0

    def next(self, result: Result) -> _Come:
        frame, last = result.frame, self.result.frame
        if result is self.result:
            return self
        if frame.segment != last.segment or frame.timestamp_ns < last.timestamp_ns:
            return _Come(result)
        after_ns = frame.timestamp_ns - last.timestamp_ns
        return _Come(result, after_ns, min(after_ns, self.after_ns))


class LatestResults:
    """What to draw on a frame: results of its segment that are not older than a second of the stream's own time.

    A task that usually takes longer is given 2.5 times as long. Each task may call from a thread of its own.
    """

    def __init__(self) -> None:
        self._come: dict[TaskName, _Come] = {}

    def put(self, result: Result) -> None:
        """Take a result, or the same again."""
        before = self._come.get(result.task)
        self._come[result.task] = before.next(result) if before else _Come(result)

    def at(self, segment: int, timestamp_ns: int) -> tuple[Result, ...]:
        """Those that hold for a frame of this segment and time, in the tasks' usual order."""
        come = [self._come[task] for task in tasks() if task in self._come]
        return tuple(one.result for one in come if _holds(one, segment, timestamp_ns))


def _holds(come: _Come, segment: int, timestamp_ns: int) -> bool:
    frame, hold_ns = come.result.frame, max(HOLD_S * NS_PER_S, _INTERVALS * come.usual_ns)
    return frame.segment == segment and abs(timestamp_ns - frame.timestamp_ns) <= hold_ns
