"""A short queue between threads that never makes its writer wait."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class DropOldestQueue(Generic[T]):
    """Holds at most ``size`` items; when it is full the oldest makes room for the newest."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, item: T) -> T | None:
        """Add an item; returns the one dropped, if any: the oldest, or this one when the buffer is closed."""
        with self._changed:
            if self._closed:
                return item
            dropped = self._items.popleft() if len(self._items) >= self._size else None
            self._items.append(item)
            self._changed.notify()
        return dropped

    def get(self, timeout_s: float) -> T | None:
        """Take the oldest item, waiting for one; None when the time is over or the buffer is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout_s)
            return self._items.popleft() if self._items else None

    def close(self) -> None:
        """Say that nothing more will come, so that readers stop waiting."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def exhausted(self) -> bool:
        """Whether it is closed and everything in it was taken."""
        with self._changed:
            return self._closed and not self._items
