"""From a thread that takes pictures to one that reads them: the newest wins."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Handover(Generic[T]):
    """Holds the newest item until it is taken; ``dropped`` counts those that a newer one replaced."""

    def __init__(self) -> None:
        self.dropped = 0
        self._changed = threading.Condition()
        self._newest: T | None = None
        self._error: Exception | None = None
        self._ended = False

    def put(self, item: T) -> None:
        """Hand over an item; one that nobody has taken is dropped."""
        with self._changed:
            if self._ended:
                return
            self.dropped += self._newest is not None
            self._newest = item
            self._changed.notify_all()

    def end(self, error: Exception | None = None) -> None:
        """Say that nothing more comes, and why; what was handed over before is still taken."""
        with self._changed:
            if not self._ended:
                self._error, self._ended = error, True
            self._changed.notify_all()

    def close(self) -> None:
        """Wake whoever waits; from now on nothing is handed over."""
        with self._changed:
            self._newest, self._error, self._ended = None, None, True
            self._changed.notify_all()

    def take(self, timeout_s: float) -> T | None:
        """Wait for the newest item; None after the end.

        Raises:
            TimeoutError: nothing came in time.
            Exception: the one that ended it.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._newest is not None or self._ended, timeout_s):
                raise TimeoutError
            item, self._newest = self._newest, None
            if item is None and self._error is not None:
                raise self._error
            return item
