"""How long to wait before trying again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Backoff:
    """Waits that double from ``first_s`` to ``longest_s``, each cut by chance to between a half and the whole of it.

    The chance keeps appliances that lost the same broker at the same moment from all coming back at once.
    """

    def __init__(
        self, first_s: float = 1.0, longest_s: float = 30.0, chance: Callable[[], float] | None = None
    ) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        # Not the generator that all of the process shares: others may count on what that gives next.
        self._chance = chance or random.Random().random  # noqa: S311  # no secret
        self._wait_s = first_s

    def next_s(self, held_s: float = 0.0) -> float:
        """Seconds to wait now; the next wait is twice as long.

        What held for ``longest_s`` or more before it failed was no failed attempt: the first wait comes again.
        """
        if held_s >= self._longest_s:
            self.reset()
        wait_s = self._wait_s
        self._wait_s = min(2 * wait_s, self._longest_s)
        return wait_s * (0.5 + 0.5 * self._chance())

    def reset(self) -> None:
        """Begin again from the first wait."""
        self._wait_s = self._first_s
