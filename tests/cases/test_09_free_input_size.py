"""A classifier whose input height and width are free."""

from __future__ import annotations

import pytest

from tests.cases.classifying import classify

FREE, FIXED, STRIPES = (f"09-free-input-size/{name}" for name in ("free.tflite", "fixed.tflite", "stripes.png"))


def test_the_size_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    seen = classify(capsys, FREE, STRIPES)

    assert (seen.status, seen.scores) == (1, {})
    assert "set classification.input_size to the height and width it was trained with" in seen.errors


@pytest.mark.parametrize("size", ["64", "[64, 64]"])
def test_with_its_size_it_sees_what_the_fixed_one_sees(capsys: pytest.CaptureFixture[str], size: str) -> None:
    free, fixed = classify(capsys, FREE, STRIPES, input_size=size), classify(capsys, FIXED, STRIPES)

    assert free.scores == pytest.approx(fixed.scores, abs=1e-5)
    assert free.scores["stripes"] > 0.99
