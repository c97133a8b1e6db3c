"""What threads beside inference need: to keep out of its way, and to be woken by it at next to no cost."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

_NICE = 5
_SWITCH_INTERVAL_S = 0.0002


def tune_process() -> None:
    """Make the process fit for inference threads beside Python threads.

    A thread that returns from ``invoke()`` waits up to the switch interval for the interpreter lock; Python's 5 ms is
    as long as a whole inference. OpenCV's own pool would only take cores from inference for resizing small pictures.
    """
    import cv2  # noqa: PLC0415  # whoever only borrows a thread need not have OpenCV

    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    cv2.setNumThreads(1)


def make_way() -> None:
    """Let the calling thread run after the main one where they compete for a core; it still gets a fair part of one.

    How nice the process itself was started counts (``nice -n 10 edge run``): no thread is raised above it.

    Without it a thread that the inference thread has just woken may take its core away for a while, though another
    core has nothing to do. Linux keeps a priority for each thread; elsewhere nothing happens.
    """
    with suppress(OSError, AttributeError):
        thread = threading.get_native_id()
        wanted = os.getpriority(os.PRIO_PROCESS, os.getpid()) + _NICE
        if wanted > os.getpriority(os.PRIO_PROCESS, thread):
            os.setpriority(os.PRIO_PROCESS, thread, wanted)


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
