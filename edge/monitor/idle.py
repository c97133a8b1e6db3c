"""Whether anybody may be looking at the monitor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.monitor.status import Status
    from edge.tasks.common.occupancy import Occupancy


class Idle:
    """Counts the time without a person.

    The monitor is to be on while people are seen, and while nobody can know: no task looks for them, or the camera is
    away. Whoever plugs it in, and a trouble or a login that was not there before, have it on for as long as somebody
    who has just left would.
    """

    def __init__(self, occupancy: Occupancy, clock_s: Callable[[], float] = time.monotonic) -> None:
        """``clock_s`` is monotonic."""
        self._occupancy = occupancy
        self._clock_s = clock_s
        self._since_s = clock_s()
        self._told: frozenset[object] = frozenset()

    def notice(self) -> None:
        """Somebody is there for certain."""
        self._since_s = self._clock_s()

    def is_awake(self, status: Status, idle_s: float) -> bool:
        """Whether the monitor is to be on; ``idle_s`` of 0: always."""
        now_s = self._clock_s()
        told = frozenset(filter(None, (status.login, *(trouble.title for trouble in status.troubles))))
        is_blind = status.camera_state != "running" or self._occupancy.may_anybody_be_there
        if is_blind or told - self._told:
            self._since_s = now_s
        self._told = told
        return not idle_s or now_s - self._since_s < idle_s
