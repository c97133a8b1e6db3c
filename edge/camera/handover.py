"""From a thread that takes pictures to one that reads them: the newest wins."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from edge.errors import CameraError

T = TypeVar("T")


class Handover(Generic[T]):
    """Holds the newest item until it is taken; ``dropped`` counts those that a newer one replaced."""

    def __init__(self) -> None:
        self.dropped = 0
        self._changed = threading.Condition()
        self._newest: T | None = None
        self._reason = ""
        self._ended = False

    def put(self, item: T) -> None:
        """Hand over an item; one that nobody has taken is dropped."""
        with self._changed:
            if self._ended:
                return
            self.dropped += self._newest is not None
            self._newest = item
            self._changed.notify_all()

    def end(self, reason: str = "") -> None:
        """Say that nothing more comes, and what has gone wrong, if it has; what was handed over before is still taken.

        Words, and no exception: that would keep alive whatever the thread has in its hands.
        """
        with self._changed:
            if not self._ended:
                self._reason, self._ended = reason, True
            self._changed.notify_all()

    def close(self) -> None:
        """Wake whoever waits; from now on nothing is handed over."""
        with self._changed:
            self._newest, self._reason, self._ended = None, "", True
            self._changed.notify_all()

    def take(self, timeout_s: float) -> T | None:
        """Wait for the newest item; None after the end.

        Raises:
            TimeoutError: nothing came in time.
            CameraError: it ended because something has gone wrong.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._newest is not None or self._ended, timeout_s):
                raise TimeoutError
            item, self._newest = self._newest, None
            if item is None and self._reason:
                raise CameraError(self._reason)
            return item
