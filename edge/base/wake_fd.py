"""Waking a thread that waits for descriptors."""

from __future__ import annotations

import os
import select
import threading
from contextlib import suppress


class WakeFd:
    """Wakes the one thread that waits for it, or for its descriptor; calls while nobody waits are remembered as one.

    It may be called by any thread, also while garbage is collected, and after it was closed.
    """

    def __init__(self) -> None:
        self.fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        """Can be read once it was called, until :meth:`clear`."""
        self._is_open = True
        self._lock = threading.RLock()  # garbage may be collected inside of call(), and call it again

    def call(self) -> None:
        """Wake the waiting thread, or let its next wait return at once."""
        with self._lock:
            if self._is_open:
                os.eventfd_write(self.fd, 1)

    def clear(self) -> bool:
        """Forget the calls so far; whether there were any."""
        with suppress(BlockingIOError):
            return os.eventfd_read(self.fd) > 0
        return False

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for a call; False when none came in time."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        poll.poll(None if timeout_s is None else 1000 * timeout_s)
        return self.clear()

    def close(self) -> None:
        """Give the descriptor back; from now on calls do nothing."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                os.close(self.fd)
