"""Listening in between a processor and its model: what is asked and answered, for a trace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.trace.records import Observed, TaskRecord, TracedTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.daemon.processors import Processor
    from edge.runtime.labels import Labels
    from edge.tasks.common.observer import (
        ActionObserver,
        ClassificationObserver,
        PoseObservation,
        PoseObserver,
        ScoreObservation,
        ScoreObserver,
    )
    from edge.tasks.common.occupancy import Attendance
    from edge.types import Box, FloatArray, Frame, ImageArray, Result, TaskName


class Tap:
    """One task's: what stands between processor and model passes everything on and notes it here."""

    def __init__(self, task: TaskName) -> None:
        self._task = task
        self._is_single = False
        self._labels: Labels | None = None
        self._observed: Observed | None = None
        self._thumbnail: ImageArray | None = None
        self._person: bool | None = None

    def traced(self, model: str) -> TracedTask:
        """The task as it stands in the header of a trace."""
        return TracedTask(self._task, model, self._is_single, self._labels)

    def pose(self, task: PoseObserver) -> PoseObserver:
        """Listen to this model."""
        self._is_single = task.is_single
        return _TappedPose(task, self)

    def classification(self, task: ClassificationObserver) -> ClassificationObserver:
        """Listen to this model."""
        self._labels = task.labels
        return _TappedClassification(task, self)

    def action(self, task: ActionObserver) -> ActionObserver:
        """Listen to this model."""
        self._labels = task.labels
        return _TappedAction(task, self)

    def attendance(self, attendance: Attendance) -> Attendance:
        """Listen to the answers, too, of who knows whether anybody may be there."""
        return _TappedAttendance(attendance, self)

    def observed(self, task: PoseObserver | ScoreObserver, values: FloatArray, ms: float, crop: Box | None) -> None:
        """Note what the model said. The array may be the model's own memory, so it is copied."""
        self._observed = Observed(values.copy(), ms, task.model.backend, time.monotonic_ns(), crop)

    def glanced(self, thumbnail: ImageArray) -> None:
        """Note what the gate was shown."""
        self._thumbnail = thumbnail

    def answered(self, person: bool) -> None:
        """Note what the gate was told."""
        self._person = person

    def take(self, frame: Frame) -> TaskRecord:
        """What was noted since the last call, all of it of ``frame``."""
        record = TaskRecord(self._task, frame.number, self._observed, self._thumbnail, self._person)
        self._observed = self._thumbnail = self._person = None
        return record


class TappedProcessor:
    """A processor; what its model saw of each frame goes to ``write``, in the same thread."""

    def __init__(self, processor: Processor, tap: Tap, write: Callable[[TaskRecord], None]) -> None:
        self.model = processor.model
        self.task = processor.task
        self._processor = processor
        self._tap = tap
        self._write = write

    def restart(self) -> None:
        """Begin anew."""
        self._processor.restart()

    def process(self, frame: Frame) -> Result | None:
        """The result of a frame; None where the task's rate leaves it out.

        Raises:
            ModelError: the model failed. EdgeError: the trace cannot be written.
        """
        try:
            return self._processor.process(frame)
        finally:
            self._write(self._tap.take(frame))


class _TappedPose:
    def __init__(self, task: PoseObserver, tap: Tap) -> None:
        self.model, self.is_single, self.fit, self.region = task.model, task.is_single, task.fit, task.region
        self._task, self._tap = task, tap

    def observe(
        self, frame: Frame, crop: Box | None = None, closer: Callable[[FloatArray], Box | None] | None = None
    ) -> PoseObservation:
        self._task.fit, self._task.region = self.fit, self.region
        seen = self._task.observe(frame, crop, closer)
        self._tap.observed(self._task, seen.people, seen.inference_ms, crop)
        return seen


class _TappedScores:
    def __init__(self, task: ScoreObserver, tap: Tap) -> None:
        self.model, self.labels, self.reset = task.model, task.labels, task.reset
        self._scorer, self._tap = task, tap

    def observe(self, frame: Frame) -> ScoreObservation:
        seen = self._scorer.observe(frame)
        self._tap.observed(self._scorer, seen.scores, seen.inference_ms, None)
        return seen


class _TappedClassification(_TappedScores):
    def __init__(self, task: ClassificationObserver, tap: Tap) -> None:
        super().__init__(task, tap)
        self.fit, self.region, self.rotate = task.fit, task.region, task.rotate
        self._task = task

    def observe(self, frame: Frame) -> ScoreObservation:
        self._task.fit, self._task.region, self._task.rotate = self.fit, self.region, self.rotate
        return super().observe(frame)


class _TappedAction(_TappedScores):
    def __init__(self, task: ActionObserver, tap: Tap) -> None:
        super().__init__(task, tap)
        self._task = task

    def glance(self, frame: Frame) -> ImageArray:
        thumbnail = self._task.glance(frame)
        self._tap.glanced(thumbnail)
        return thumbnail


class _TappedAttendance:
    def __init__(self, attendance: Attendance, tap: Tap) -> None:
        self._attendance, self._tap = attendance, tap

    @property
    def may_anybody_be_there(self) -> bool:
        there = self._attendance.may_anybody_be_there
        self._tap.answered(there)
        return there
