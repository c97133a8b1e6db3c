"""How soon to start again what has ended by itself."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from edge.base.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable


class RestartBudget:
    """``at_once`` restarts in any ``period_s`` without a wait; each further one waits longer than the one before.

    So what fails once is back at once, and what fails for ever costs next to nothing. ``period_s`` should be more than
    ``at_once`` of the longest waits: else one that fails for ever has its free restarts again and again.
    """

    def __init__(
        self,
        at_once: int = 3,
        period_s: float = 300.0,
        backoff: Backoff | None = None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock_s`` is monotonic."""
        self._period_s = period_s
        self._backoff = backoff or Backoff()
        self._clock_s = clock_s
        self._restarts_s: deque[float] = deque(maxlen=at_once)

    def spend(self) -> float:
        """Seconds to wait before the restart that is due now."""
        now_s = self._clock_s()
        is_spent = len(self._restarts_s) == self._restarts_s.maxlen and now_s - self._restarts_s[0] < self._period_s
        self._restarts_s.append(now_s)
        if is_spent:
            return self._backoff.next_s()
        self._backoff.reset()
        return 0.0

    def renew(self) -> None:
        """Begin anew: what was missing has announced itself, so that trying again is worth it."""
        self._restarts_s.clear()
        self._backoff.reset()
