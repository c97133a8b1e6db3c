from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bench import edgetpu
from bench.edgetpu import MODELS, Report, measure

if TYPE_CHECKING:
    from pathlib import Path


def test_what_the_worker_costs_can_be_measured() -> None:
    report = measure(MODELS[0], 20)
    assert report.model == "starter-pose"
    assert report.here_ms > 0
    assert report.overhead == report.worker_ms / report.here_ms - 1


@pytest.mark.parametrize(("worker_ms", "status"), [(10.9, 0), (11.1, 1)])
def test_more_than_a_tenth_of_movenet_is_too_much(
    worker_ms: float, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (movenet := tmp_path / "movenet.tflite").touch()
    monkeypatch.setattr(edgetpu, "MODELS", (movenet,))
    monkeypatch.setattr(edgetpu, "measure", partial(measured, worker_ms))
    monkeypatch.setattr("sys.argv", ["bench"])
    assert edgetpu.main() == status


def measured(worker_ms: float, path: Path, _rounds: int) -> Report:
    return Report(path.stem, 10.0, worker_ms, worker_ms / 10.0 - 1)
