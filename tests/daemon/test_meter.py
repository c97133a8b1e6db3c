"""Counting what goes by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from edge.daemon.meter import CameraMeter, TaskMeter
from edge.daemon.task_backend import TaskBackend
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.pose.result import PoseResult
from edge.types import NS_PER_S
from tests.support import make_frame

MODEL = ChosenModel("m", Path("m.tflite"))


@dataclass
class Clock:
    """A clock that is set by hand."""

    now_s: float = 100.0

    def __call__(self) -> int:
        return int(self.now_s * NS_PER_S)


def result(inference_ms: float, captured_s: float = 99.0) -> PoseResult:
    frame = make_frame(time_s=captured_s)
    return PoseResult(frame=frame, model="m", backend="cpu", inference_ms=inference_ms, people=())


def count(meter: TaskMeter, clock: Clock, seconds: float, rate_hz: float = 30.0) -> None:
    """Results at this rate for so long, each of 20 ms and 50 ms old."""
    for _ in range(round(seconds * rate_hz)):
        clock.now_s += 1 / rate_hz
        meter.count(result(20.0, clock.now_s - 0.05))


def test_totals_stay_and_durations_are_of_the_last_results() -> None:
    clock = Clock()
    meter = TaskMeter(clock)
    for duration in range(1, 102):
        clock.now_s += 0.01
        meter.count(result(float(duration)))

    stats = meter.snapshot(model=MODEL, frames=120, dropped=19)

    assert (stats.results, stats.frames, stats.dropped, stats.backend) == (101, 120, 19, "cpu")
    assert stats.rate_hz == pytest.approx(100)
    assert stats.inference_ms is not None
    assert (stats.inference_ms.p50, stats.inference_ms.p95, stats.inference_ms.p99) == (51, 96, 100)
    assert stats.latency_ms is not None
    assert stats.latency_ms.p50 > 0


def test_asking_twice_gives_the_same_answer() -> None:
    clock = Clock()
    meter = TaskMeter(clock)
    count(meter, clock, 5)
    first = meter.snapshot(model=MODEL, frames=150, dropped=0)
    assert first == meter.snapshot(model=MODEL, frames=150, dropped=0)
    assert first.rate_hz == pytest.approx(30, abs=0.2)
    assert first.inference_ms is not None
    assert first.inference_ms.p50 == 20


def test_what_is_longer_ago_no_longer_counts() -> None:
    clock = Clock()
    meter = TaskMeter(clock)
    count(meter, clock, 20, rate_hz=30)
    count(meter, clock, 10, rate_hz=5)
    assert meter.snapshot(model=MODEL, frames=0, dropped=0).rate_hz == pytest.approx(5, abs=0.2)
    clock.now_s += 10
    stats = meter.snapshot(model=MODEL, frames=0, dropped=0)
    assert (stats.rate_hz, stats.inference_ms, stats.latency_ms, stats.results) == (0, None, None, 650)


def test_right_after_the_start_the_rate_is_that_since_the_start() -> None:
    clock = Clock()
    meter = TaskMeter(clock)
    count(meter, clock, 0.5)
    assert meter.snapshot(model=MODEL, frames=0, dropped=0).rate_hz == pytest.approx(30, abs=2.1)


def test_of_a_very_fast_source_the_rate_is_that_of_the_newest() -> None:
    clock = Clock()
    meter = TaskMeter(clock)
    count(meter, clock, 12, rate_hz=2000)
    assert meter.snapshot(model=MODEL, frames=0, dropped=0).rate_hz == pytest.approx(2000, rel=0.01)


def test_the_model_that_a_starter_stands_in_for_is_named() -> None:
    meter = TaskMeter()
    assert meter.snapshot(model=MODEL, frames=0, dropped=0).fallback_for is None
    fallback = replace(MODEL, fallback_for="movenet-lightning")
    assert meter.snapshot(model=fallback, frames=0, dropped=0).fallback_for == "movenet-lightning"


def test_the_camera_s_frames() -> None:
    clock = Clock()
    meter = CameraMeter(clock)
    assert meter.snapshot("fake").state == "starting"
    meter.state = "running"
    for _ in range(30):
        clock.now_s += 0.05
        meter.count()

    stats = meter.snapshot("fake")

    assert (stats.source, stats.state, stats.frames) == ("fake", "running", 30)
    assert stats.fps == pytest.approx(20, abs=0.1)
    assert meter.snapshot("fake") == stats
    clock.now_s += 20
    assert (meter.snapshot("fake").fps, meter.snapshot("fake").frames) == (0, 30)


def test_what_computes_is_known_before_the_first_result() -> None:
    there = TaskBackend("edgetpu", restarts=2)
    stats = TaskMeter().snapshot(model=MODEL, frames=0, dropped=0, backend=there)
    assert (stats.results, stats.backend, stats.backend_reason, stats.restarts) == (0, "edgetpu", None, 2)
    lost = TaskBackend("cpu", "it was unplugged", 3, has_failed=True)
    stats = TaskMeter().snapshot(model=MODEL, frames=0, dropped=0, backend=lost)
    assert (stats.backend, stats.backend_reason, stats.edgetpu_failed) == ("cpu", "it was unplugged", True)


def test_the_age_of_frames_is_what_is_left_of_the_latency_without_the_model() -> None:
    clock = Clock()
    meter = TaskMeter(clock)
    assert meter.queue_age_s() is None
    count(meter, clock, 1.0)
    assert meter.queue_age_s() == pytest.approx(0.03, abs=1e-6)
    clock.now_s += 11
    assert meter.queue_age_s() is None
