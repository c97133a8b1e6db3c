"""A binary classifier as Keras makes it: one sigmoid, the probability of the second class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cases.classifying import classify

if TYPE_CHECKING:
    from pathlib import Path

MODEL, GREEN = "19-one-output/onesigmoid.tflite", "19-one-output/green.png"


def test_both_labels_have_their_score(capsys: pytest.CaptureFixture[str]) -> None:
    """The mean of red (40) is -0.69, times ten a logit of -6.9 or less: the first class."""
    seen = classify(capsys, MODEL, GREEN)

    assert (seen.status, list(seen.scores)) == (0, ["cat", "dog"])
    assert sum(seen.scores.values()) == pytest.approx(1)
    assert seen.scores["cat"] > 0.98


def test_one_label_is_too_few(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "one.txt"
    labels.write_text("fire\n", encoding="utf-8")

    seen = classify(capsys, MODEL, GREEN, labels=labels)

    assert seen.status == 1
    assert "one.txt: 1 labels, but" in seen.errors
    assert "has 2 classes" in seen.errors
