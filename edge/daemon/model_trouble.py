"""A model whose answers are no numbers: what is wrong now, and the log that tells it ever more rarely."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from edge.daemon.stats import FIRST_SILENCE_S, LONGEST_SILENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.errors import ModelOutputError
    from edge.types import TaskName

_log = logging.getLogger(__name__)


class ModelTrouble:
    """One task's. ``error`` says why its last frame had no result, None where it had."""

    def __init__(self, task: TaskName, clock_s: Callable[[], float] = time.monotonic) -> None:
        self.error: str | None = None
        self._task = task
        self._clock_s = clock_s
        self._frames = 0
        self._is_told = False
        self._silence_s = FIRST_SILENCE_S
        self._silent_until_s = 0.0

    def failed(self, error: ModelOutputError) -> None:
        """A frame had no result."""
        self.error = str(error)
        self._frames += 1
        now_s = self._clock_s()
        if now_s >= self._silent_until_s:
            self._silent_until_s = now_s + self._silence_s
            self._silence_s = min(2 * self._silence_s, LONGEST_SILENCE_S)
            self._is_told = True
            _log.error("%s; %s goes on trying", error, self._task, extra={"frames_without_result": self._frames})

    def passed(self) -> None:
        """A frame had a result."""
        if self.error is None:
            return
        self.error = None
        if self._is_told:
            self._is_told = False
            _log.info("%s has results again", self._task)
