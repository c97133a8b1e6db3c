"""How many pictures are shown, and how soon."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from edge.base.percentiles import percentiles
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.types import Frame, Percentiles

WINDOW_S = 10.0
_MOST = 2048  # more than any monitor shows in that time


class ScreenMeter:
    """Counts the pictures of the last ten seconds; written by the monitor's thread, read by whoever reports."""

    def __init__(self, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        """``clock_ns`` is monotonic."""
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._shown: deque[tuple[int, float]] = deque(maxlen=_MOST)
        self._last: tuple[int, int] | None = None
        self._since_ns = 0

    def begin(self) -> None:
        """A screen is there, and shows nothing yet."""
        self._since_ns = self._clock_ns()
        with self._lock:
            self._shown.clear()

    def count(self, frame: Frame, seen_ns: int) -> None:
        """Take in that a frame was on the screen at ``seen_ns``; one that was there before is no new picture."""
        this = frame.number, frame.captured_ns
        if this != self._last:
            self._last = this
            with self._lock:
                self._shown.append((seen_ns, (seen_ns - frame.captured_ns) / 1e6))

    def fps(self) -> float:
        """Pictures a second."""
        seconds = min(WINDOW_S, (self._clock_ns() - self._since_ns) / NS_PER_S)
        return len(self._recent_ms()) / max(seconds, 1.0)

    def latency_ms(self) -> Percentiles | None:
        """From the capture of a frame until it is seen; None of nothing."""
        return percentiles(self._recent_ms())

    def _recent_ms(self) -> list[float]:
        since_ns = self._clock_ns() - WINDOW_S * NS_PER_S
        with self._lock:
            return [latency_ms for seen_ns, latency_ms in self._shown if seen_ns > since_ns]
