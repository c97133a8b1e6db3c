"""A way to wake a thread that costs its caller next to nothing."""

from __future__ import annotations

from queue import Empty, SimpleQueue


class Bell:
    """Wakes the one thread that waits for it; rings while nobody waits are remembered as one.

    Ringing never waits. It is a few machine instructions where a ``threading.Condition`` runs Python code, and it is
    done by the inference threads for every result.
    """

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """Wake the waiting thread, or let its next wait return at once."""
        if self._rings.empty():  # else the waiter has a ring before it that it has not taken yet
            self._rings.put(None)

    def wait(self, timeout_s: float) -> bool:
        """Wait for a ring; False when none came in time."""
        try:
            self._rings.get(timeout=timeout_s)
        except Empty:
            return False
        return True
