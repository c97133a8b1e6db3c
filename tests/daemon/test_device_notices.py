"""What the log says of tasks for an EdgeTPU without a file for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.config.sections import Settings
from edge.daemon.device_notices import DeviceNotices
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.settings import InferenceSettings

if TYPE_CHECKING:
    import pytest

ASKED = Settings(InferenceSettings(device="edgetpu"))
MODEL = ChosenModel("m", Path("m.tflite"), no_edgetpu="there is no m_edgetpu.tflite", edgetpu_may_come=True)


def told(model: ChosenModel, caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    caplog.set_level("INFO")
    notices = DeviceNotices()
    for _ in range(2):
        notices.tell(ASKED, {"pose": model}, is_attached=True)
    return [(record.levelname, record.message) for record in caplog.records]


def test_a_file_that_may_come_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    line = "pose is to run on the EdgeTPU: there is no m_edgetpu.tflite; the CPU runs m.tflite"
    assert told(MODEL, caplog) == [("WARNING", line)]


def test_one_that_cannot_come_is_none(caplog: pytest.LogCaptureFixture) -> None:
    assert [level for level, _ in told(replace(MODEL, edgetpu_may_come=False), caplog)] == ["INFO"]


def test_of_a_model_that_stands_in_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert told(replace(MODEL, fallback_for="movenet-lightning"), caplog) == []
