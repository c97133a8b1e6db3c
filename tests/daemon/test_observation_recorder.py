"""Listening in between a processor and its model."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.daemon.observation_recorder import ObservationRecorder, RecordedProcessor
from edge.daemon.replaying import Replay
from edge.errors import ModelOutputError
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.look import Look
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.observer import Observation
from edge.tasks.pose.observer import PoseTraits
from edge.tasks.pose.settings import PoseSettings
from edge.tasks.pose.sight import Aim, Looks
from edge.trace.records import FrameRecord, TaskRecord, TraceHeader
from edge.types import Box
from tests.cli.toys import red_dot
from tests.odd_models import colours, divided, softmax
from tests.support import make_frame
from tests.tflite import dot_pose

if TYPE_CHECKING:
    from edge.types import FloatArray, Frame, ImageArray

GREY, BLACK = np.full((8, 8, 3), 90, np.uint8), np.zeros((8, 8, 3), np.uint8)
CROP = Box(0.1, 0.2, 0.3, 0.4)


class TwoLooks:
    """Looks twice at each frame, closer the second time; sees nobody then where the picture is dark."""

    task, model = "pose", ChosenModel("toy", Path("toy.tflite"))

    def __init__(self, recorder: ObservationRecorder) -> None:
        self._observer = recorder.observer(Model())

    def restart(self) -> None: ...

    def process(self, frame: Frame) -> None:
        looks = Looks(self._observer, frame, Look())
        looks.at(Aim())
        looks.at(Aim(crop=CROP))


class Model:
    traits = PoseTraits(is_single=True)

    def reset(self) -> None: ...

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        if look.crop and not frame.image.any():
            raise ModelOutputError("toy: the answer is not a number")
        return Observation(
            np.full((1, 17, 3), 0.5 if look.crop else 0.25, np.float32), 4.0 if look.crop else 3.0, "cpu"
        )


def records_of(*pictures: ImageArray) -> list[TaskRecord]:
    recorder, written = ObservationRecorder("pose"), list[TaskRecord]()
    recorded = RecordedProcessor(TwoLooks(recorder), recorder, written.append)
    for number, picture in enumerate(pictures):
        with suppress(ModelOutputError):
            recorded.process(make_frame(picture, number=number, time_s=number))
    return written


def test_all_looks_at_a_frame_are_noted_with_their_place_answer_and_time() -> None:
    records = records_of(GREY, GREY)

    for record in records:
        assert [look.crop for look in record.looks] == [None, CROP]
        assert [look.observation.inference_ms for look in record.looks] == [3.0, 4.0]
        assert [np.asarray(look.observation.values).max() for look in record.looks] == [0.25, 0.5]


def test_where_the_second_look_has_no_answer_there_is_none() -> None:
    assert [record.observed is None for record in records_of(GREY, BLACK, GREY)] == [False, True, False]


def test_what_was_looked_at_twice_is_replayed_twice(tmp_path: Path) -> None:
    """Somebody new is looked at twice; the replay takes no other time and misses nothing."""
    recorder, written = ObservationRecorder("pose"), list[TaskRecord]()
    settings = Settings(PoseSettings(model=str(dot_pose(tmp_path / "pose.tflite"))))
    built = build_processor("pose", settings, running=("pose",), still=False, recorder=recorder)
    recorded = RecordedProcessor(built, recorder, written.append)
    frames = [make_frame(red_dot(60), number=number, time_s=number / 10) for number in range(3)]
    live = [recorded.process(frame) for frame in frames]

    replay = Replay(TraceHeader("0", "test", "run", 0, 0, (recorder.traced("pose"),), settings), settings)
    again = [replay.feed(record_of(frame), seen) for frame, seen in zip(frames, written, strict=True)]

    assert [one.inference_ms for one in again if one] == [one.inference_ms for one in live if one]
    assert len(again) == len(live)
    assert replay.elsewhere == {"pose": 0}


def record_of(frame: Frame) -> FrameRecord:
    return FrameRecord(frame.number, frame.segment, frame.timestamp_ns, frame.captured_ns, frame.width, frame.height)


def test_a_frame_whose_answer_was_no_number_has_its_line_too(tmp_path: Path) -> None:
    path = colours(tmp_path / "m.tflite", lambda b, logits: softmax(b, divided(b, logits)))
    settings = Settings(ClassificationSettings(model=str(path)))
    recorder = ObservationRecorder("classification")
    written: list[TaskRecord] = []
    built = build_processor("classification", settings, running=("classification",), still=False, recorder=recorder)
    recorded = RecordedProcessor(built, recorder, written.append)
    recorded.process(make_frame(GREY, number=1))
    with pytest.raises(ModelOutputError):
        recorded.process(make_frame(BLACK, number=2, time_s=1))
    recorded.process(make_frame(GREY, number=3, time_s=2))

    assert [(record.frame, record.observed is None) for record in written] == [(1, False), (2, True), (3, False)]
