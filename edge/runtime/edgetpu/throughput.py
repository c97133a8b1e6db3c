"""How much an EdgeTPU gets done."""

from __future__ import annotations

import time
from collections import deque

_WINDOW_S = 10.0
_MOST = 10_000


class Throughput:
    """Invokes a second over the last ten seconds; for any thread."""

    def __init__(self) -> None:
        self._done_s: deque[float] = deque(maxlen=_MOST)

    def count(self) -> None:
        """One more is done."""
        self._done_s.append(time.monotonic())

    def rate_hz(self) -> float:
        """How many were done in each second."""
        since_s = time.monotonic() - _WINDOW_S
        return sum(at_s > since_s for at_s in self._done_s.copy()) / _WINDOW_S
