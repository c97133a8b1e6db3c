"""Watching over all loops from a thread of its own, and giving the service manager the sign of life."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.base.heartbeat import Heartbeats
    from edge.daemon.notify import ServiceManager

UNWATCHED_LIMIT_S = 30.0
"""How long a loop may be at the same thing where no service manager says."""
LOOK_S = 1.0
"""How often it is looked."""
_GAP_S = 3 * LOOK_S
_SHARE = 0.75
"""Of the watchdog's time: whoever hangs is told by name, and ends before the watchdog does it without a word."""

_log = logging.getLogger(__name__)


def limit_s(manager: ServiceManager) -> float:
    """How long a loop may be at the same thing."""
    return UNWATCHED_LIMIT_S if manager.watchdog_s is None else _SHARE * manager.watchdog_s


def tell_at_a_crash() -> None:
    """Have it written to stderr where every thread was, when a library ends the process or the watchdog does."""
    if not faulthandler.is_enabled():
        with suppress(RuntimeError):  # there is no stderr
            faulthandler.enable()


@contextmanager
def ending_with_any_thread() -> Iterator[None]:
    """Have an error that ends a thread end the process: what is left would seem to be well, and lack a part."""

    def end(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_type is SystemExit:  # a thread may end itself
            return
        name = failure.thread.name if failure.thread else "a thread"
        error = failure.exc_value or failure.exc_type()
        _log.critical("%s: ended by an error; Edge ends, to be started anew", name, exc_info=error)
        os._exit(1)

    before, threading.excepthook = threading.excepthook, end
    try:
        yield
    finally:
        threading.excepthook = before


def give_up() -> NoReturn:
    """Write down where every thread is, and end at once: a call that hangs in a library cannot be cancelled."""
    try:
        faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    finally:
        os._exit(1)


class Watchdog:
    """Says that all is ready and well, or ends the process when a loop has stopped for good.

    Where it cannot even do that, because a library holds the interpreter, no sign of life is given either.
    """

    def __init__(
        self,
        manager: ServiceManager,
        heartbeats: Heartbeats,
        give_up: Callable[[], object] = give_up,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._manager = manager
        self._heartbeats = heartbeats
        self._give_up = give_up
        self._is_ready = False
        self._clock_s = clock_s
        self._looked_s = clock_s()
        self._suspects: frozenset[str] = frozenset()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def __enter__(self) -> None:
        """Begin to look at every loop, about every second."""
        self._thread.start()

    def __exit__(self, *_details: object) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """Look at every loop once.

        A loop has to be found stopped twice. After the whole process was stopped for a while all of them seem to be:
        that time is not counted.
        """
        before_s, self._looked_s = self._looked_s, self._clock_s()
        if self._looked_s - before_s > _GAP_S:
            self._heartbeats.forgive()
        stopped = frozenset(self._heartbeats.stopped())
        hanging, self._suspects = stopped & self._suspects, stopped
        if hanging:
            _log.critical(
                "%s: a call does not return; Edge ends, for the service manager to start it anew",
                ", ".join(sorted(hanging)),
            )
            self._give_up()
            return
        if not self._is_ready and self._heartbeats.all_beat:
            self._is_ready = True
            self._manager.ready()
        if not stopped:
            self._manager.alive()

    def _run(self) -> None:
        self.look()
        while not self._stopping.wait(LOOK_S):
            self.look()
