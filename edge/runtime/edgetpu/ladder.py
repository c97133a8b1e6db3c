"""What is tried with an EdgeTPU that does not do its work, and when: first what is quick, then what costs little."""

from __future__ import annotations

from dataclasses import dataclass

from edge.base.backoff import Backoff

STEADY_S = 30.0
"""What has worked for so long before it failed is tried again from the beginning."""
FIRST_WAIT_S, LONGEST_WAIT_S, LONGEST_ABSENCE_S = 10.0, 600.0, 60.0
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Attempt:
    """The next try: after ``wait_s``, and after a reset on the USB where ``resets``."""

    wait_s: float = 0.0
    resets: bool = False


class Ladder:
    """The tries for one EdgeTPU since it was plugged in.

    Its worker is started again at once, twice; then the device is reset first; then waits come before that, from 10 s
    doubling to 10 min. Resets are for USB only.
    """

    def __init__(self, *, can_reset: bool) -> None:
        self._can_reset = can_reset
        self._failures = 0
        # One device, on one machine: nobody else comes back at the same moment.
        self._waits = Backoff(FIRST_WAIT_S, LONGEST_WAIT_S, chance=lambda: 1.0)
        self._absences = Backoff(FIRST_WAIT_S, LONGEST_ABSENCE_S, chance=lambda: 1.0)

    def failed(self, held_s: float = 0.0) -> Attempt:
        """The worker was lost, ``held_s`` after it was ready; 0 for one that never was."""
        self._absences.reset()
        if held_s >= STEADY_S:
            self._failures = 0
            self._waits.reset()
        self._failures += 1
        if self._failures <= _AT_ONCE:
            return Attempt()
        if self._can_reset and self._failures == _AT_ONCE + 1:
            return Attempt(resets=True)
        return Attempt(self._waits.next_s(), resets=self._can_reset)

    def absent(self) -> Attempt:
        """What is needed is not there, or another program has it: nothing is broken, and nothing else helps."""
        return Attempt(self._absences.next_s())
