from __future__ import annotations

import shutil

import pytest

from bench import monitor


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")
def test_what_a_monitor_costs_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "MOMENTS", 5)
    monkeypatch.setattr(monitor, "SLICE_S", 0.3)
    report = monitor.measure(1.0, 1, warm_up_s=0.5)
    assert report.fps > 1
    assert 0 <= report.drawing_share < 2  # the kernel counts in hundredths of a second
    assert 0 < report.latency_ms.p50 <= report.latency_ms.p95
    assert report.inference_ratio > 0
