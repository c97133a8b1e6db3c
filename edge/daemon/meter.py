"""Counting what goes by: rates, durations and totals of the camera and of each task.

Rates and durations are those of the last ten seconds, whenever and however often they are asked for.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from edge.base.percentiles import percentiles
from edge.daemon.task_backend import ON_THE_CPU, TaskBackend
from edge.types import NS_PER_S, CameraStats, TaskStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import CameraState, Result

WINDOW_S = 10.0
_MOST_SAMPLES = 10_000
"""Of a source that is faster than a thousand a second only the newest are looked at."""


class _Sample(NamedTuple):
    at_ns: int
    inference_ms: float
    latency_ms: float


class TaskMeter:
    """Counts one task's results; written by its worker, read by whoever reports. ``clock_ns`` is monotonic."""

    def __init__(self, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._clock_ns = clock_ns
        self._started_ns = clock_ns()
        self._lock = threading.Lock()
        self._results = 0
        self._samples: deque[_Sample] = deque(maxlen=_MOST_SAMPLES)

    def count(self, result: Result) -> None:
        """Take in a result that was just made."""
        now_ns = self._clock_ns()
        sample = _Sample(now_ns, result.inference_ms, (now_ns - result.frame.captured_ns) / 1e6)
        with self._lock:
            self._results += 1
            self._samples.append(sample)

    def snapshot(
        self,
        *,
        model: ChosenModel,
        frames: int,
        dropped: int,
        paused: bool = False,
        error: str | None = None,
        backend: TaskBackend = ON_THE_CPU,
    ) -> TaskStats:
        """The totals, and rate and durations over the last :data:`WINDOW_S`."""
        now_ns = self._clock_ns()
        with self._lock:
            results, samples = self._results, list(self._samples)
        rate_hz = _rate_hz([sample.at_ns for sample in samples], self._started_ns, now_ns)
        recent = [sample for sample in samples if sample.at_ns > now_ns - WINDOW_S * NS_PER_S]
        return TaskStats(
            model=model.name,
            fallback_for=model.fallback_for or None,
            backend=backend.backend,
            rate_hz=rate_hz,
            frames=frames,
            results=results,
            dropped=dropped,
            inference_ms=percentiles([sample.inference_ms for sample in recent]),
            latency_ms=percentiles([sample.latency_ms for sample in recent]),
            paused=paused,
            error=error,
            backend_reason=backend.reason,
            restarts=backend.restarts,
            edgetpu_failed=backend.has_failed,
        )

    def queue_age_s(self) -> float | None:
        """How long a frame waited for its turn, with what is done around the model; the median over the window.

        None where there was no result in it.
        """
        oldest_ns = self._clock_ns() - WINDOW_S * NS_PER_S
        with self._lock:
            ages_ms = [one.latency_ms - one.inference_ms for one in self._samples if one.at_ns > oldest_ns]
        return median(ages_ms) / 1000 if ages_ms else None


class CameraMeter:
    """Counts frames; written by the camera's thread, read by whoever reports. ``clock_ns`` is monotonic."""

    def __init__(self, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._clock_ns = clock_ns
        self._started_ns = clock_ns()
        self._taken_ns: deque[int] = deque(maxlen=_MOST_SAMPLES)
        self.frames = 0
        self.state: CameraState = "starting"
        self.error: str | None = None

    def count(self) -> None:
        """Take in a frame that was just read."""
        self.frames += 1
        self._taken_ns.append(self._clock_ns())

    def snapshot(self, source: str) -> CameraStats:
        """The totals, and the frame rate over the last :data:`WINDOW_S`."""
        fps = _rate_hz(self._taken_ns.copy(), self._started_ns, self._clock_ns())
        return CameraStats(source=source, state=self.state, fps=fps, frames=self.frames, error=self.error)


def _rate_hz(moments_ns: Sequence[int] | deque[int], started_ns: int, now_ns: int) -> float:
    """How many of ``moments_ns``, in order, lie in each second of the window, which does not begin before the start."""
    since_ns = max(started_ns, now_ns - WINDOW_S * NS_PER_S)
    if len(moments_ns) == _MOST_SAMPLES:  # those before have been forgotten
        since_ns = max(since_ns, moments_ns[0])
    return sum(at_ns > since_ns for at_ns in moments_ns) * NS_PER_S / max(now_ns - since_ns, 1)
