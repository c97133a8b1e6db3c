"""What is done at each level, and what becomes of the rate of a task."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_HZ = 2.0
"""No task is held back below this: MoViNet forgets what it saw after a second, and a task that is silent for seconds
sees nothing."""


@dataclass(frozen=True, slots=True)
class Measures:
    """``share`` of its own rate is what each task may run at; ``lighter``: with lighter models, where there are."""

    share: float
    lighter: bool


LEVELS = (Measures(1.0, False), Measures(0.5, False), Measures(0.5, True), Measures(0.25, True), Measures(0.125, True))
"""By level. First every task runs less often, which costs the least; then models are exchanged."""


def cap_hz(own_hz: float, level: int, idle_hz: float | None) -> float | None:
    """The most a task may run at whose own rate is ``own_hz``; None where it needs no bound.

    ``idle_hz`` bounds it while nobody is there, None at other times.
    """
    cap = own_hz if level == 0 else max(LEAST_HZ, own_hz * LEVELS[level].share)
    if idle_hz is not None:
        cap = min(cap, idle_hz)
    return cap if cap < own_hz else None
