"""Watching over all loops from the main thread, and telling the service manager."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.daemon.notify import ServiceManager
    from edge.heart import Hearts

UNWATCHED_LIMIT_S = 30.0
"""How long a loop may be at the same thing where no service manager says."""
_SHARE = 0.75
"""Of the watchdog's time: whoever hangs is told by name, and ends before the watchdog does it without a word."""

_log = logging.getLogger(__name__)


def limit_s(manager: ServiceManager) -> float:
    """How long a loop may be at the same thing."""
    return UNWATCHED_LIMIT_S if manager.watchdog_s is None else _SHARE * manager.watchdog_s


def give_up() -> NoReturn:
    """Write down where every thread is, and end at once: a call that hangs in a library cannot be cancelled."""
    logging.shutdown()
    faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
    os._exit(1)


class Guardian:
    """Says that all is ready and well, or ends the process when a loop has stopped for good."""

    def __init__(self, manager: ServiceManager, hearts: Hearts, give_up: Callable[[], object] = give_up) -> None:
        self._manager = manager
        self._hearts = hearts
        self._give_up = give_up
        self._is_ready = False
        self._suspects: frozenset[str] = frozenset()
        self._status = ""

    def look(self, status: str) -> None:
        """Look at every loop; to be called about every second, with a sentence on how it goes.

        A loop has to be found stopped twice: after the whole process was stopped for a while, all of them seem to be.
        """
        stopped = frozenset(self._hearts.stopped())
        hanging, self._suspects = stopped & self._suspects, stopped
        if hanging:
            _log.critical(
                "%s: a call does not return; Edge ends, for the service manager to start it anew",
                ", ".join(sorted(hanging)),
            )
            self._give_up()
            return
        if not self._is_ready and self._hearts.all_beat:
            self._is_ready = True
            self._manager.ready()
        if not stopped:
            self._manager.alive()
        if status != self._status:
            self._status = status
            self._manager.status(status)
