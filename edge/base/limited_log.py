"""Lines for the log that others can bring about as often as they like: a few at once, then ever fewer."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

BURST = 10
FIRST_SILENCE_S, LONGEST_SILENCE_S = 10.0, 3600.0


@dataclass(slots=True)
class _Kind:
    """What is known of the lines with one message; ``last_s`` is when one was last wanted."""

    free: int
    last_s: float
    silence_s: float = FIRST_SILENCE_S
    silent_until_s: float = 0.0
    left_out: int = 0


class LimitedLog:
    """Writes to ``logger``, of each message ``burst`` lines at once; after each further one a longer silence follows.

    A line that begins a silence says so (``silent_s``), the first one after it says how many were left out
    (``left_out``). Silences double from 10 s to an hour; an hour without a wish for such a line ends the restraint.
    Lines are of one kind where their message is the same before its arguments are put in.
    """

    def __init__(
        self, logger: logging.Logger, *, burst: int = BURST, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock_s`` is monotonic."""
        self._logger = logger
        self._burst = burst
        self._clock_s = clock_s
        self._kinds: dict[str, _Kind] = {}
        self._lock = threading.Lock()

    def log(self, level: int, message: str, *args: object, extra: Mapping[str, Any] | None = None) -> None:
        """Write a line, or count it; what is left out costs next to nothing. For any thread."""
        fields = self._fields(message, self._clock_s())
        if fields is not None:
            self._logger.log(level, message, *args, extra={**(extra or {}), **fields})

    def _fields(self, message: str, now_s: float) -> dict[str, int] | None:
        """What the line has to say of the others; None where it is to be left out."""
        with self._lock:
            kind = self._kinds.get(message)
            if kind is None or now_s - kind.last_s >= LONGEST_SILENCE_S:
                kind = self._kinds[message] = _Kind(self._burst, now_s, left_out=kind.left_out if kind else 0)
            kind.last_s = now_s
            if now_s < kind.silent_until_s:
                kind.left_out += 1
                return None
            fields = {"left_out": kind.left_out} if kind.left_out else {}
            kind.left_out = 0
            kind.free = max(0, kind.free - 1)
            if not kind.free:
                fields["silent_s"] = round(kind.silence_s)
                kind.silent_until_s = now_s + kind.silence_s
                kind.silence_s = min(2 * kind.silence_s, LONGEST_SILENCE_S)
            return fields
