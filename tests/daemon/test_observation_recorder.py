"""Listening in between a processor and its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.settings import Settings
from edge.daemon.build import build_processor
from edge.daemon.observation_recorder import ObservationRecorder, RecordedProcessor
from edge.errors import ModelOutputError
from edge.tasks.classification.settings import ClassificationSettings
from tests.odd_models import colours, divided, softmax
from tests.support import make_frame

if TYPE_CHECKING:
    from pathlib import Path

    from edge.trace.records import TaskRecord


def test_a_frame_whose_answer_was_no_number_has_its_line_too(tmp_path: Path) -> None:
    path = colours(tmp_path / "m.tflite", lambda b, logits: softmax(b, divided(b, logits)))
    settings = Settings(ClassificationSettings(model=str(path)))
    recorder = ObservationRecorder("classification")
    written: list[TaskRecord] = []
    built = build_processor("classification", settings, running=("classification",), still=False, recorder=recorder)
    recorded = RecordedProcessor(built, recorder, written.append)
    grey, black = np.full((8, 8, 3), 90, np.uint8), np.zeros((8, 8, 3), np.uint8)

    recorded.process(make_frame(grey, number=1))
    with pytest.raises(ModelOutputError):
        recorded.process(make_frame(black, number=2, time_s=1))
    recorded.process(make_frame(grey, number=3, time_s=2))

    assert [(record.frame, record.observed is None) for record in written] == [(1, False), (2, True), (3, False)]
