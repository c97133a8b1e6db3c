"""What is told of a model that answers with what is no number, and how often."""

from __future__ import annotations

import logging

import pytest

from edge.daemon.model_trouble import ModelTrouble
from edge.errors import ModelOutputError

ERROR = ModelOutputError("m.tflite: the model's answer is not a number")


def test_it_is_told_once_and_its_end_as_well(caplog: pytest.LogCaptureFixture) -> None:
    trouble = ModelTrouble("pose", lambda: 0.0)
    with caplog.at_level(logging.INFO, logger="edge"):
        trouble.passed()
        trouble.failed(ERROR)
        trouble.failed(ERROR)
        errors = [trouble.error]
        trouble.passed()
        trouble.passed()

    assert [*errors, trouble.error] == [str(ERROR), None]
    assert [record.getMessage() for record in caplog.records] == [
        f"{ERROR}; pose goes on trying",
        "pose has results again",
    ]


@pytest.mark.parametrize("every", [1, 2, 7])
def test_a_day_of_it_is_no_day_of_lines(caplog: pytest.LogCaptureFixture, every: int) -> None:
    """Whether all frames fail or some."""
    now_s = 0.0
    trouble = ModelTrouble("action", lambda: now_s)
    with caplog.at_level(logging.INFO, logger="edge"):
        for number in range(24 * 3600):
            now_s += 1.0
            trouble.failed(ERROR) if number % every == 0 else trouble.passed()

    assert 10 < len(caplog.records) < 80
