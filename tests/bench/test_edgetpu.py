from __future__ import annotations

from bench.edgetpu import MODELS, measure


def test_what_the_worker_costs_can_be_measured() -> None:
    report = measure(MODELS[0], 20)
    assert report.model == "starter-pose"
    assert report.here_ms > 0
    assert report.overhead == report.worker_ms / report.here_ms - 1
