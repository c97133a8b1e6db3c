"""Letting through a steady number of frames or messages a second, whatever rate they come at."""

from __future__ import annotations

from edge.types import NS_PER_S


class RateLimiter:
    """Decides which moments are due, so that the long-run rate is exactly ``rate_hz`` where the source is faster.

    Each moment let through moves the due time by one period of an absolute grid, not to one period after the moment:
    15 Hz of a 30 fps source is 15 Hz even when frames come a little early or late. After a gap the grid starts anew,
    without a burst. 0 Hz lets everything through.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._period_ns = round(NS_PER_S / rate_hz) if rate_hz > 0 else 0
        self._due_ns: int | None = None

    def is_due(self, time_ns: int) -> bool:
        """Whether the moment ``time_ns`` (growing, any monotonic origin) is let through."""
        if self._due_ns is None or time_ns - self._due_ns >= self._period_ns:
            self._due_ns = time_ns
        if time_ns < self._due_ns:
            return False
        self._due_ns += self._period_ns
        return True

    def at(self, rate_hz: float) -> RateLimiter:
        """A limiter of this rate: the same one, with its grid, where that is its rate already."""
        return self if rate_hz == self._rate_hz else RateLimiter(rate_hz)

    def restart(self) -> None:
        """Let the next moment through and count from there."""
        self._due_ns = None
