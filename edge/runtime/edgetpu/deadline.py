"""How long one invoke on an EdgeTPU may take before it is given up: nothing can cancel one that hangs."""

from __future__ import annotations

import statistics
from collections import deque

LONGEST_S = 1.0
_SHORTEST_S = 0.1
_TIMES = 10
_REMEMBERED = 31
_FEW = 3


class Deadline:
    """Of one model on one EdgeTPU, also over restarts of the worker: one that comes back slow is judged by what it did.

    Ten times the median of the last 31 invokes, between 100 ms and 1 s, and 1 s until there are three. Those that
    follow an invoke of another model are apart: the EdgeTPU may have to take in the model's parameters anew.
    """

    def __init__(self) -> None:
        self._taken_s = {is_switch: deque[float](maxlen=_REMEMBERED) for is_switch in (False, True)}

    def limit_s(self, *, is_switch: bool) -> float:
        """How long the next invoke may take; ``is_switch``: the one before it was of another model."""
        taken_s = self._taken_s[is_switch]
        if len(taken_s) < _FEW:
            return LONGEST_S
        return min(max(_TIMES * statistics.median(taken_s), _SHORTEST_S), LONGEST_S)

    def took(self, duration_s: float, *, is_switch: bool) -> None:
        """An invoke has come to its end."""
        self._taken_s[is_switch].append(duration_s)
