"""When the pictures of a live stream were taken, by its stamps and by when they arrive."""

from __future__ import annotations

from edge.types import NS_PER_S

MAX_STEP_NS = 2 * NS_PER_S
# A camera's clock is off by a fifth of that at most, and the way through the network may become longer.
DRIFT = 1000
# No network becomes faster by that much from one packet to the next, but for once or twice.
BACKLOG_NS = 5_000_000


class LiveClock:
    """Places what a stream delivers on ``time.monotonic_ns``.

    What came fastest through the network tells how a stream's stamps relate to our clock; of everything else its stamp
    then tells when it was sent, however late it arrives. That relation may grow by a thousandth of the time that
    passes, since no two clocks run alike. A stamp that does not follow on the one before begins anew: the camera's
    clock was set.
    """

    def __init__(self) -> None:
        self._offset_ns: int | None = None
        self._stamp_ns = 0
        self._arrival_ns = 0
        self._last_ns = 0
        self.is_catching_up = False
        """Whether packets come faster than they were sent: what was kept back while the stream was being opened."""

    def arrive(self, stamp_ns: int, now_ns: int) -> int:
        """Note the arrival of a packet; by how many nanoseconds it is late."""
        delay_ns, passed_ns = now_ns - stamp_ns, now_ns - self._arrival_ns
        follows = 0 <= stamp_ns - self._stamp_ns <= passed_ns + MAX_STEP_NS
        self.is_catching_up = False
        if self._offset_ns is None or not follows:
            self._offset_ns = delay_ns
        else:
            self.is_catching_up = delay_ns < self._offset_ns - BACKLOG_NS
            self._offset_ns = min(delay_ns, self._offset_ns + passed_ns // DRIFT)
        self._stamp_ns, self._arrival_ns = stamp_ns, now_ns
        return delay_ns - self._offset_ns

    def restart(self) -> None:
        """Begin anew with the next packet, which counts as on time."""
        self._offset_ns = None

    def time_of(self, stamp_ns: int | None, now_ns: int) -> int:
        """When a picture was taken, later than the one before; ``now_ns`` where its stamp does not tell."""
        told = stamp_ns is not None and self._offset_ns is not None
        time_ns = min(stamp_ns + self._offset_ns, now_ns) if told else now_ns  # type: ignore[operator]
        self._last_ns = time_ns if time_ns > self._last_ns else max(now_ns, self._last_ns + 1)
        return self._last_ns
