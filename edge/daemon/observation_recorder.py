"""Listening in between a processor and its model: what is asked and answered, for a trace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from edge.errors import ModelError
from edge.tasks.common.tracing import Observed, RecordedObserver, TracedTask
from edge.trace.records import TaskRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.look import Look
    from edge.tasks.common.observer import Observation, Observer
    from edge.tasks.common.processor import Processor
    from edge.types import Frame, Result, TaskName

_T = TypeVar("_T")
_TraitsT = TypeVar("_TraitsT")
_ValuesT = TypeVar("_ValuesT")


class ObservationRecorder:
    """One task's: what stands between processor and model passes everything on and notes it here.

    The side inputs of the processor are asked here, too; with ``only_skeletons`` what it can do without is not, so that
    recorded is what is written.
    """

    def __init__(self, task: TaskName, *, only_skeletons: bool = False) -> None:
        self._task = task
        self._only_skeletons = only_skeletons
        self._traits: object = None
        self._looks: list[Observed[object]] = []
        self._side_inputs: dict[str, object] = {}

    def traced(self, model: str) -> TracedTask[object]:
        """The task as it stands in the header of a trace."""
        return TracedTask(self._task, model, self._traits)

    def observer(self, observer: Observer[_TraitsT, _ValuesT]) -> Observer[_TraitsT, _ValuesT]:
        """Listen to this model of the task; what stands in its place."""
        self._traits = observer.traits
        return RecordedObserver(observer, self)

    def observed(self, observation: Observation[object], look: Look) -> None:
        """Note what the model said, and where it was told to look."""
        self._looks.append(Observed(observation, time.monotonic_ns(), look.crop))

    def unanswered(self) -> None:
        """The model had no answer in the end."""
        self._looks = []

    def of_frame(self, name: str, look_up: Callable[[], _T]) -> _T:
        """Note a side input."""
        answer = self._side_inputs[name] = look_up()
        return answer

    def of_frame_if_known(self, name: str, look_up: Callable[[], _T]) -> _T | None:
        """Note a side input that is of the picture, where anything of that may be noted."""
        return None if self._only_skeletons else self.of_frame(name, look_up)

    of_others = of_frame

    def take(self, frame: Frame) -> TaskRecord:
        """What was noted since the last call, all of it of ``frame``."""
        first, again = next(iter(self._looks), None), tuple(self._looks[1:])
        record = TaskRecord(self._task, frame.number, first, self._side_inputs, again)
        self._looks, self._side_inputs = [], {}
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
        except ModelError:
            self._recorder.unanswered()
            raise
        finally:
            self._write(self._recorder.take(frame))
