"""Signals as events of the main loop."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

LoopEvent: TypeAlias = Literal["stop", "reload", "ended", "restart"]

_STOP = (signal.SIGINT, signal.SIGTERM)
_RELOAD = signal.SIGHUP


class LoopEventQueue(Protocol):
    """A ``SimpleQueue`` that takes these events, and others."""

    def put(self, event: LoopEvent, /) -> None:
        """Take an event; called from signal handlers."""
        ...


@contextmanager
def signal_events(events: LoopEventQueue) -> Iterator[None]:
    """Put ``stop`` for the first SIGINT or SIGTERM and ``reload`` for every SIGHUP, inside the block.

    A second SIGINT or SIGTERM ends the process as if we were not here. Must be entered by the main thread.
    ``SimpleQueue.put`` is the one way to wake another piece of code that may be called from a signal handler.
    """
    before = {number: signal.getsignal(number) for number in (*_STOP, _RELOAD)}

    def on_stop(_number: int, _frame: object) -> None:
        for number in _STOP:
            signal.signal(number, before[number])
        events.put("stop")

    for number in _STOP:
        signal.signal(number, on_stop)
    signal.signal(_RELOAD, lambda _number, _frame: events.put("reload"))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
