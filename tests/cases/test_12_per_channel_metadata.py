"""Metadata with a mean and a std for each channel."""

from __future__ import annotations

import pytest

from tests.cases.classifying import classify


def test_all_three_channels_are_normalised(capsys: pytest.CaptureFixture[str]) -> None:
    """The picture is bluish by ImageNet's means only: 120, 116, 110 against 124, 116, 104."""
    seen = classify(capsys, "12-per-channel-metadata/perchannel.tflite", "12-per-channel-metadata/bluish.png")

    assert (seen.status, seen.best) == (0, "blue")
    assert seen.scores["blue"] == pytest.approx(0.61, abs=0.01)
