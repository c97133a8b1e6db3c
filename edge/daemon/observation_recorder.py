"""Listening in between a processor and its model: what is asked and answered, for a trace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from edge.tasks.common.tracing import Observed, TracedTask, Traits
from edge.tasks.registry import tasks
from edge.trace.records import TaskRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.occupancy import Attendance
    from edge.tasks.common.processor import Processor
    from edge.types import Backend, Box, FloatArray, Frame, ImageArray, Result, TaskName


class ObservationRecorder:
    """One task's: what stands between processor and model passes everything on and notes it here."""

    def __init__(self, task: TaskName) -> None:
        self._task = task
        self._traits = Traits()
        self._observed: Observed | None = None
        self._thumbnail: ImageArray | None = None
        self._person: bool | None = None

    def traced(self, model: str) -> TracedTask:
        """The task as it stands in the header of a trace."""
        return TracedTask(self._task, model, self._traits)

    def observer(self, observer: Any) -> Any:
        """Listen to this model of the task; what stands in its place."""
        part = tasks()[self._task].trace
        self._traits = part.traits(observer)
        return part.recorded(observer, self)

    def attendance(self, attendance: Attendance) -> Attendance:
        """Listen to the answers, too, of who knows whether anybody may be there."""
        return _RecordedAttendance(attendance, self)

    def observed(self, values: FloatArray, inference_ms: float, backend: Backend, crop: Box | None) -> None:
        """Note what the model said. The array may be the model's own memory, so it is copied."""
        self._observed = Observed(values.copy(), inference_ms, backend, time.monotonic_ns(), crop)

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


class RecordedProcessor:
    """A processor; what its model saw of each frame goes to ``write``, in the same thread."""

    def __init__(
        self, processor: Processor, recorder: ObservationRecorder, write: Callable[[TaskRecord], None]
    ) -> None:
        self.model = processor.model
        self.task = processor.task
        self._processor = processor
        self._recorder = recorder
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
            self._write(self._recorder.take(frame))


class _RecordedAttendance:
    def __init__(self, attendance: Attendance, recorder: ObservationRecorder) -> None:
        self._attendance, self._recorder = attendance, recorder

    @property
    def may_anybody_be_there(self) -> bool:
        there = self._attendance.may_anybody_be_there
        self._recorder.answered(there)
        return there
