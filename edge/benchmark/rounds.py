"""A model alone and the whole pipeline, in turn, so that whatever the machine does meanwhile falls on both."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.benchmark.workload import Workload

_TURN_S = 0.2
_WARM_UP_SHARE = 0.1
"""Of the time there is: caches fill, clocks rise, the crop finds the person. What is measured then is left out."""
_NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True)
class Durations:
    """In ms: of each run of the model alone, and of the whole way from each frame to its result."""

    invoke_ms: list[float] = field(default_factory=list)
    pipeline_ms: list[float] = field(default_factory=list)


def measure(workload: Workload, seconds: float, after_turn: Callable[[], None]) -> Durations:
    """Warm up, then alternate for ``seconds`` in all; at least one turn of each is measured, however long it takes.

    Raises:
        ModelError: the model failed, or was not computed where it was to be.
    """
    warm_up_s = seconds * _WARM_UP_SHARE
    _alternate(workload, warm_up_s, after_turn)
    return _alternate(workload, seconds - warm_up_s, after_turn)


def _alternate(workload: Workload, seconds: float, after_turn: Callable[[], None]) -> Durations:
    found, turn_s = Durations(), min(_TURN_S, seconds / 2)
    until_s = time.monotonic() + seconds
    while not found.invoke_ms or time.monotonic() < until_s:
        found.invoke_ms.extend(_invokes(workload, turn_s))
        found.pipeline_ms.extend(_frames(workload, turn_s))
        after_turn()
    return found


def _invokes(workload: Workload, seconds: float) -> list[float]:
    durations, until_ns, now_ns = list[float](), time.perf_counter_ns() + seconds * NS_PER_S, 0
    while now_ns < until_ns:
        began_ns = time.perf_counter_ns()
        workload.invoke()
        now_ns = time.perf_counter_ns()
        durations.append((now_ns - began_ns) / _NS_PER_MS)
        workload.device.check()
    return durations


def _frames(workload: Workload, seconds: float) -> list[float]:
    durations, until_ns, now_ns = list[float](), time.perf_counter_ns() + seconds * NS_PER_S, 0
    while now_ns < until_ns:
        frame = next(workload.frames)
        began_ns = time.perf_counter_ns()
        result = workload.process(frame)
        now_ns = time.perf_counter_ns()
        if result is not None:
            durations.append((now_ns - began_ns) / _NS_PER_MS)
            workload.device.check()
    return durations
