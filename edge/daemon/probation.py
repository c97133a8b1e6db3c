"""Whether what is in force works: not that it could be loaded, but that every task that is on has looked at frames."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.daemon.absent_processor import AbsentProcessor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.daemon.pipeline import Worker

PROBATION_S = 10.0
"""A configuration that has worked for so long is a good one."""
_TURNS = 2
"""One may have begun before."""


class Probation:
    """Watches the workers, from the moment that something is put in force."""

    def __init__(self, workers: Sequence[Worker], clock_s: Callable[[], float] = time.monotonic) -> None:
        self._workers = workers
        self._clock_s = clock_s
        self.begin()

    def begin(self) -> None:
        """Something else is in force from now on."""
        self._before = [worker.turns for worker in self._workers]
        self._since_s: float | None = None

    def worked_s(self) -> float:
        """For how long all tasks that are on have been working; negative while one of them has not begun."""
        now_s = self._clock_s()
        if self._since_s is None and self._all_turn():
            self._since_s = now_s
        return -1.0 if self._since_s is None else now_s - self._since_s

    def ended_well(self) -> bool:
        """Whether, now that all has ended without a failure, every task that is on has looked at a frame."""
        return self._all_turn(1)

    def _all_turn(self, turns: int = _TURNS) -> bool:
        on = [
            worker.turns - before
            for worker, before in zip(self._workers, self._before, strict=True)
            if not worker.paused and not isinstance(worker.processor, AbsentProcessor)
        ]
        return bool(on) and min(on) >= turns
