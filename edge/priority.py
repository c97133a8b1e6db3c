"""Threads that make way for inference."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

_NICE = 5


def make_way() -> None:
    """Let the calling thread run after the others where they compete for a core; it still gets a fair part of one.

    Without it a thread that the inference thread has just woken may take its core away for a while, though another
    core has nothing to do. Linux keeps a priority for each thread; elsewhere nothing happens.
    """
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
