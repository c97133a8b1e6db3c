"""A model whose every output is NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cases.classifying import classify

if TYPE_CHECKING:
    import pytest


def test_it_is_an_error_that_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    seen = classify(capsys, "17-not-a-number/nan.tflite", "17-not-a-number/green.png")

    assert (seen.status, seen.scores) == (1, {})
    assert "green.png: " in seen.errors
    assert "nan.tflite: the model's answer is not a number (NaN or infinite)" in seen.errors
