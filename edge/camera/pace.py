"""Keeping a file at its own pace."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LATE_NS = NS_PER_S // 2


class Pacer:
    """Holds each frame back until its media time has come on the monotonic clock.

    The schedule is absolute, so errors of single waits do not add up. A reader that fell behind by more than half a
    second (a suspended machine, a video too large to decode in time) gets a new schedule, not a burst of late frames.
    """

    def __init__(
        self, clock_ns: Callable[[], int] = time.monotonic_ns, wait_s: Callable[[float], object] | None = None
    ) -> None:
        self._stopped = threading.Event()
        self._clock_ns = clock_ns
        self._wait_s = wait_s or self._stopped.wait
        self._origin_ns: int | None = None

    def wait_until(self, timestamp_ns: int) -> int | None:
        """Wait for a media time; when it was due on the clock, in nanoseconds, or None if it was stopped before."""
        now_ns = self._clock_ns()
        if self._origin_ns is None or now_ns - self._origin_ns - timestamp_ns > MAX_LATE_NS:
            self._origin_ns = now_ns - timestamp_ns
        due_ns = self._origin_ns + timestamp_ns
        if due_ns > now_ns:
            self._wait_s((due_ns - now_ns) / NS_PER_S)
        return None if self._stopped.is_set() else due_ns

    def late_ns(self, timestamp_ns: int) -> int:
        """How long ago a media time was due; 0 where it is still to come, or nothing was waited for yet."""
        return 0 if self._origin_ns is None else max(0, self._clock_ns() - self._origin_ns - timestamp_ns)

    def stop(self) -> None:
        """Wake whoever waits; from now on nothing comes in time."""
        self._stopped.set()
