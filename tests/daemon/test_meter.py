"""Counting what goes by."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge.daemon.meter import CameraMeter, TaskMeter, percentiles
from edge.daemon.models import ChosenModel
from edge.types import PoseResult
from tests.support import make_frame

MODEL = ChosenModel("m", Path("m.tflite"))


def result(inference_ms: float) -> PoseResult:
    frame = make_frame(time_s=time.monotonic())
    return PoseResult(frame=frame, model="m", backend="cpu", inference_ms=inference_ms, people=())


def test_totals_stay_and_durations_are_of_the_interval() -> None:
    meter = TaskMeter()
    for duration in range(1, 102):
        meter.count(result(float(duration)))

    first = meter.snapshot(model=MODEL, frames=120, dropped=19)
    second = meter.snapshot(model=MODEL, frames=120, dropped=19)

    assert (first.results, first.frames, first.dropped, first.backend) == (101, 120, 19, "cpu")
    assert first.inference_ms is not None
    assert (first.inference_ms.p50, first.inference_ms.p95, first.inference_ms.p99) == (51, 96, 100)
    assert first.latency_ms is not None
    assert first.latency_ms.p50 > 0
    assert second.results == 101
    assert second.inference_ms is None
    assert second.rate_hz == 0
    assert first.rate_hz > 0


def test_the_model_that_a_starter_stands_in_for_is_named() -> None:
    meter = TaskMeter()
    assert meter.snapshot(model=MODEL, frames=0, dropped=0).fallback_for is None
    fallback = replace(MODEL, fallback_for="movenet-lightning")
    assert meter.snapshot(model=fallback, frames=0, dropped=0).fallback_for == "movenet-lightning"


def test_the_camera_s_frames() -> None:
    meter = CameraMeter()
    assert meter.snapshot("fake").state == "starting"
    meter.frames, meter.state = 30, "running"

    stats = meter.snapshot("fake")

    assert (stats.source, stats.state, stats.frames) == ("fake", "running", 30)
    assert stats.fps > 0
    assert meter.snapshot("fake").fps == 0


def test_percentiles_of_nothing_and_of_something() -> None:
    assert percentiles([]) is None
    found = percentiles(np.arange(101).tolist())
    assert found is not None
    assert (found.p50, found.p95, found.p99) == pytest.approx((50, 95, 99))
