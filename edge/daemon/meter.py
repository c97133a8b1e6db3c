"""Counting what goes by: rates, durations and totals of the camera and of each task."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np

from edge.types import NS_PER_S, CameraStats, Percentiles, TaskStats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.daemon.models import ChosenModel
    from edge.types import Backend, CameraState, Result

_MOST_SAMPLES = 10_000


class TaskMeter:
    """Counts one task's results; written by its worker, read by whoever reports."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results = 0
        self._backend: Backend = "cpu"
        self._inference_ms: list[float] = []
        self._latency_ms: list[float] = []
        self._interval = _Interval()

    def count(self, result: Result) -> None:
        """Take in a result that was just made."""
        latency_ms = (time.monotonic_ns() - result.frame.captured_ns) / 1e6
        with self._lock:
            self._results += 1
            self._backend = result.backend
            if len(self._latency_ms) < _MOST_SAMPLES:
                self._inference_ms.append(result.inference_ms)
                self._latency_ms.append(latency_ms)

    def snapshot(
        self, *, model: ChosenModel, frames: int, dropped: int, paused: bool = False, error: str | None = None
    ) -> TaskStats:
        """The totals, and rate and durations since the last snapshot."""
        with self._lock:
            inference_ms, self._inference_ms = self._inference_ms, []
            latency_ms, self._latency_ms = self._latency_ms, []
            results = self._results
        return TaskStats(
            model=model.name,
            fallback_for=model.fallback_for or None,
            backend=self._backend,
            rate_hz=self._interval.rate_hz(results),
            frames=frames,
            results=results,
            dropped=dropped,
            inference_ms=percentiles(inference_ms),
            latency_ms=percentiles(latency_ms),
            paused=paused,
            error=error,
        )


class CameraMeter:
    """Counts frames; written by the camera's thread, read by whoever reports."""

    def __init__(self) -> None:
        self.frames = 0
        self.state: CameraState = "starting"
        self.error: str | None = None
        self._interval = _Interval()

    def snapshot(self, source: str) -> CameraStats:
        """The totals, and the frame rate since the last snapshot."""
        frames = self.frames
        fps = self._interval.rate_hz(frames)
        return CameraStats(source=source, state=self.state, fps=fps, frames=frames, error=self.error)


class _Interval:
    """The rate at which a total grew since the last question."""

    def __init__(self) -> None:
        self._since_ns = time.monotonic_ns()
        self._total = 0

    def rate_hz(self, total: int) -> float:
        now_ns = time.monotonic_ns()
        elapsed_s = max(now_ns - self._since_ns, 1) / NS_PER_S
        rate = (total - self._total) / elapsed_s
        self._since_ns, self._total = now_ns, total
        return rate


def percentiles(durations_ms: Sequence[float]) -> Percentiles | None:
    """Median, 95th and 99th percentile; None of nothing."""
    if not durations_ms:
        return None
    p50, p95, p99 = np.percentile(durations_ms, (50, 95, 99)).tolist()
    return Percentiles(p50=p50, p95=p95, p99=p99)
