"""When the process that draws may be started again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.base.backoff import Backoff
from edge.base.restart_budget import RestartBudget

if TYPE_CHECKING:
    from collections.abc import Callable

SETTLE_S = 0.5
"""How long a screen that has just come or gone is left alone: plugs bounce."""
LONGEST_WAIT_S = 60.0
"""How long a screen that cannot be used is left alone at most."""
STEADY_S = 10.0


class Restarts:
    """A screen that fails is tried again by a budget, which a change of screens fills up again.

    A screen that changes again and again within ten seconds, as with a cable that is about to break, has a budget of
    its own, which nothing fills up but time.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        """``clock_s`` is monotonic."""
        self._clock_s = clock_s
        self._failures = RestartBudget(backoff=Backoff(longest_s=LONGEST_WAIT_S), clock_s=clock_s)
        self._changes = RestartBudget(clock_s=clock_s)
        self._failed_until_s = self._changed_until_s = float("-inf")

    def failed(self) -> None:
        """The process has ended by itself, or was ended because it hung."""
        self._failed_until_s = self._clock_s() + self._failures.spend()

    def changed(self, lived_s: float = float("inf")) -> None:
        """A screen has come or gone; ``lived_s`` is how long the process lived that was ended for it."""
        self._failures.renew()
        self._failed_until_s = float("-inf")
        wait_s = self._changes.spend() if lived_s < STEADY_S else 0.0
        self._changed_until_s = max(self._changed_until_s, self._clock_s() + max(wait_s, SETTLE_S))

    def wait_s(self) -> float:
        """Seconds until the next try."""
        return max(0.0, max(self._failed_until_s, self._changed_until_s) - self._clock_s())
