"""Ids of things that are followed by what they look like from one frame to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.association import best_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class Identities:
    """Ids count up from 1 and are never given again; a thing unseen for longer than ``max_gap_s`` is forgotten."""

    def __init__(self, *, least: float, max_gap_s: float) -> None:
        self.max_gap_s = max_gap_s
        self._least = least
        self._seen_s: dict[int, float] = {}
        self._last = 0

    @property
    def known(self) -> Collection[int]:
        """The ids of those that are not forgotten."""
        return self._seen_s.keys()

    def forget(self) -> None:
        """Know nothing any more; ids go on counting."""
        self._seen_s = {}

    def restart(self) -> None:
        """Know nothing, and count from 1 again."""
        self.forget()
        self._last = 0

    def update(self, count: int, likeness: Callable[[int, int, float], float], time_s: float) -> list[int]:
        """The ids of so many things seen at ``time_s``, in their order.

        ``likeness`` says of the number of one, a known id and the seconds since that was seen how likely both are the
        same, 0..1; below ``least`` they are not. The pairs with the greatest sum are taken.
        """
        self._seen_s = {one: seen_s for one, seen_s in self._seen_s.items() if 0 <= time_s - seen_s <= self.max_gap_s}
        known = list(self._seen_s)
        table = np.array(
            [[likeness(number, one, time_s - self._seen_s[one]) for one in known] for number in range(count)],
            np.float32,
        ).reshape(count, len(known))
        pairs = best_pairs(table, self._least) if table.size else {}
        ids = [known[pairs[number]] if number in pairs else self._next() for number in range(count)]
        self._seen_s.update(dict.fromkeys(ids, time_s))
        return ids

    def _next(self) -> int:
        self._last += 1
        return self._last
