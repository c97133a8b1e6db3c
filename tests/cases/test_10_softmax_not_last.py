"""A softmax that is followed by operations which only move or cast values."""

from __future__ import annotations

import pytest

from tests.cases.classifying import classify


@pytest.mark.parametrize("model", ["softmax", "f16out", "concat"])
def test_no_probability_is_squashed_again(capsys: pytest.CaptureFixture[str], model: str) -> None:
    seen = classify(capsys, f"10-softmax-not-last/{model}.tflite", "10-softmax-not-last/green.png")

    assert seen.best == "green"
    assert seen.scores["green"] == pytest.approx(0.9998, abs=2e-4)
    assert sum(seen.scores.values()) == pytest.approx(1, abs=1e-3)
