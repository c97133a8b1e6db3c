"""Sizes that follow what is shown without jumping."""

from __future__ import annotations

from edge.types import NS_PER_S

HOLD_S = 5.0


class Held:
    """A size that grows at once and shrinks only where it has not been needed for five seconds of a stream's time."""

    def __init__(self) -> None:
        self._size = 0
        self._needed_ns = 0

    def update(self, needed: int, timestamp_ns: int) -> int:
        """Take in what is needed at a moment; the size to use there."""
        rested_s = (timestamp_ns - self._needed_ns) / NS_PER_S
        if needed >= self._size or not 0 <= rested_s < HOLD_S:
            self._size, self._needed_ns = needed, timestamp_ns
        return self._size
