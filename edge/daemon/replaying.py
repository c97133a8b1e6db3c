"""The daemon's own processors on a trace: what was seen then, steadied by other settings. No clock, no model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge.config.schema import differences
from edge.daemon.processors import ActionProcessor, ClassificationProcessor, PoseProcessor
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.observer import PoseObservation, ScoreObservation
from edge.tasks.common.occupancy import Occupancy
from edge.tracking.geometry import iou
from edge.types import FULL_FRAME, Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.config.settings import Settings
    from edge.daemon.processors import Processor
    from edge.runtime.labels import Labels
    from edge.trace.records import FrameRecord, Observed, TaskRecord, TracedTask, TraceHeader
    from edge.types import Backend, Box, Fit, FloatArray, ImageArray, Result, Rotation, TaskName

_MUCH_THE_SAME = 0.9
"""Intersection over union of two crops in which a model sees nearly the same."""


class Replay:
    """All tasks of a trace under some settings.

    ``unknown`` counts, for each task, frames that these settings would have shown to the model but that it was not
    shown; ``elsewhere`` counts the observations of pose for which these settings would have looked at another part of
    the frame, ``far`` those of them where the two overlap by less than nine tenths.
    """

    def __init__(self, header: TraceHeader, settings: Settings) -> None:
        board = Occupancy()
        trusts_answers = not any(map(_bears_on_presence, differences(header.settings, settings)))
        self._tasks = {
            task.name: _TaskReplay(task, settings, board, trusts_answers=trusts_answers)
            for task in header.tasks
            if getattr(settings, task.name).enabled
        }

    @property
    def tasks(self) -> tuple[TaskName, ...]:
        """Those that are replayed."""
        return tuple(self._tasks)

    @property
    def unknown(self) -> dict[TaskName, int]:
        """Of each task, frames that would have been needed."""
        return {name: task.unknown for name, task in self._tasks.items()}

    @property
    def elsewhere(self) -> int:
        """Observations of pose that would have been others."""
        return sum(task.answers.elsewhere for task in self._tasks.values())

    @property
    def far(self) -> int:
        """Those of them that would have been others indeed."""
        return sum(task.answers.far for task in self._tasks.values())

    def feed(self, frame: FrameRecord, record: TaskRecord) -> Result | None:
        """What a task makes of its next frame; None where it makes nothing of it."""
        task = self._tasks.get(record.task)
        return None if task is None else task.feed(_empty_frame(frame), record)


class _TaskReplay:
    def __init__(self, task: TracedTask, settings: Settings, board: Occupancy, *, trusts_answers: bool) -> None:
        self.unknown = 0
        self.answers = _Answers(board, trusts_answers=trusts_answers)
        self._processor = _processor(task, settings, board, self.answers)

    def feed(self, frame: Frame, record: TaskRecord) -> Result | None:
        self.answers.record = record
        try:
            return self._processor.process(frame)
        except _NotRecordedError:
            self.unknown += 1
            return None


def _processor(task: TracedTask, settings: Settings, board: Occupancy, answers: _Answers) -> Processor:
    model = ChosenModel(task.model, Path())
    if task.labels is None:
        return PoseProcessor(model, _ReplayedPose(answers, is_single=task.is_single), settings, board)
    if task.name == "classification":
        return ClassificationProcessor(model, _ReplayedClassification(answers, task.labels), settings)
    return ActionProcessor(model, _ReplayedAction(answers, task.labels), settings, answers)


class _NotRecordedError(Exception):
    """The model was not asked this when the trace was made."""


class _Answers:
    """What the present record says to whoever asks; also whether anybody is there.

    The recorded answer to that is the right one where presence is as it was then: tasks run in threads of their own,
    and how far pose was at that moment nobody can tell from the order of lines. Else it is what replayed pose says.
    """

    def __init__(self, board: Occupancy, *, trusts_answers: bool) -> None:
        self.record: TaskRecord | None = None
        self.elsewhere = 0
        self.far = 0
        self._board = board
        self._trusts_answers = trusts_answers

    @property
    def backend(self) -> Backend:
        return self.observed().backend

    @property
    def may_anybody_be_there(self) -> bool:
        recorded = self.record.person if self.record else None
        return self._board.may_anybody_be_there if recorded is None or not self._trusts_answers else recorded

    def observed(self) -> Observed:
        if self.record is None or self.record.observed is None:
            raise _NotRecordedError
        return self.record.observed

    def thumbnail(self) -> ImageArray:
        if self.record is None or self.record.thumbnail is None:
            raise _NotRecordedError
        return self.record.thumbnail


class _ReplayedPose:
    fit: Fit = "letterbox"
    region: Box = FULL_FRAME

    def __init__(self, answers: _Answers, *, is_single: bool) -> None:
        self.model, self.is_single = answers, is_single

    def observe(
        self, frame: Frame, crop: Box | None = None, closer: Callable[[FloatArray], Box | None] | None = None
    ) -> PoseObservation:
        del frame, closer  # where it looked again, that answer is the one recorded
        observed = self.model.observed()
        if crop != observed.crop:
            self.model.elsewhere += 1
            self.model.far += crop is None or observed.crop is None or iou(crop, observed.crop) < _MUCH_THE_SAME
        return PoseObservation(observed.values, observed.inference_ms)


class _ReplayedScores:
    def __init__(self, answers: _Answers, labels: Labels) -> None:
        self.model, self.labels = answers, labels

    def reset(self) -> None:
        """The model is not here; what it remembered then is in what it said."""

    def observe(self, frame: Frame) -> ScoreObservation:
        del frame
        observed = self.model.observed()
        return ScoreObservation(observed.values, observed.inference_ms)


class _ReplayedClassification(_ReplayedScores):
    fit: Fit = "stretch"
    region: Box = FULL_FRAME
    rotate: Rotation = 0


class _ReplayedAction(_ReplayedScores):
    def glance(self, frame: Frame) -> ImageArray:
        del frame
        return self.model.thumbnail()


def _bears_on_presence(path: str) -> bool:
    return path.startswith(("pose.", "tracking.")) and not path.startswith("tracking.label_")


def _empty_frame(record: FrameRecord) -> Frame:
    """A frame of the right size and times; its picture takes one byte."""
    image = np.broadcast_to(np.uint8(0), (record.height, record.width, 3))
    return Frame(record.number, image, record.timestamp_ns, record.captured_ns, record.segment)
