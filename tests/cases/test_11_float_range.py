"""A float model that wants 0..1 and does not say so."""

from __future__ import annotations

import pytest

from tests.cases.classifying import classify

UNIT, HALF = "11-float-range/unit.tflite", "11-float-range/half.png"
ADVICE = "nothing states how its input is scaled, so -1..1 is assumed; where its results are wrong, set"


@pytest.mark.parametrize("keys", [{"mean": 0, "std": 255}, {"std": 255}, {"mean": "0,0,0", "std": "[255, 255, 255]"}])
def test_the_keys_say_what_it_wants(capsys: pytest.CaptureFixture[str], keys: dict[str, object]) -> None:
    seen = classify(capsys, UNIT, HALF, **keys)

    assert (seen.status, seen.best) == (0, "half")
    assert ADVICE not in seen.errors


def test_what_is_assumed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    seen = classify(capsys, UNIT, HALF)

    assert seen.status == 0
    assert seen.errors.count(f"{ADVICE} classification.mean and classification.std") == 1
