"""A way to wake a thread that costs its caller next to nothing."""

from __future__ import annotations

from queue import Empty, SimpleQueue


class WakeUp:
    """Wakes the one thread that waits for it; calls while nobody waits are remembered as one.

    A call never waits. It is a few machine instructions where a ``threading.Condition`` runs Python code, and it is
    done by the inference threads for every result.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[None] = SimpleQueue()

    def call(self) -> None:
        """Wake the waiting thread, or let its next wait return at once."""
        if self._calls.empty():  # else there is one that the waiter has not taken yet
            self._calls.put(None)

    def wait(self, timeout_s: float) -> bool:
        """Wait for a call; False when none came in time."""
        try:
            self._calls.get(timeout=timeout_s)
        except Empty:
            return False
        return True
