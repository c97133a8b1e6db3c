"""The daemon's own processors on a trace: what was seen then, steadied by other settings. No clock, no model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from edge.settings import SCHEMA
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.tracing import ReplayedObserver
from edge.tasks.registry import tasks
from edge.tracking.geometry import iou
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.config.sections import Settings
    from edge.tasks.common.look import Look
    from edge.tasks.common.observer import Observation
    from edge.tasks.common.processor import Processor
    from edge.tasks.common.tracing import Observed, TracedTask
    from edge.trace.records import FrameRecord, TaskRecord, TraceHeader
    from edge.types import Box, Result, TaskName

_T = TypeVar("_T")
_MUCH_THE_SAME = 0.9
"""Intersection over union of two crops in which a model sees nearly the same."""


class Replay:
    """All tasks of a trace under some settings.

    ``unknown`` counts, for each task, frames that these settings would have shown to the model but that it was not
    shown; ``elsewhere`` counts the observations for which these settings would have looked at another part of the
    frame, ``far`` those of them where the two overlap by less than nine tenths.
    """

    def __init__(self, header: TraceHeader, settings: Settings) -> None:
        occupancy = Occupancy()
        trusts_answers = not any(map(_bears_on_presence, SCHEMA.differences(header.settings, settings)))
        self._tasks = {
            task.name: _TaskReplay(task, settings, occupancy, trusts_answers=trusts_answers)
            for task in header.tasks
            if settings[tasks()[task.name].section].enabled
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
    def elsewhere(self) -> dict[TaskName, int]:
        """Of each task, observations that would have been others."""
        return {name: task.answers.elsewhere for name, task in self._tasks.items()}

    @property
    def far(self) -> dict[TaskName, int]:
        """Those of them that would have been others indeed."""
        return {name: task.answers.far for name, task in self._tasks.items()}

    def feed(self, frame: FrameRecord, record: TaskRecord) -> Result | None:
        """What a task makes of its next frame; None where it makes nothing of it."""
        task = self._tasks.get(record.task)
        return None if task is None else task.feed(_empty_frame(frame), record)


class _TaskReplay:
    def __init__(
        self, task: TracedTask[object], settings: Settings, occupancy: Occupancy, *, trusts_answers: bool
    ) -> None:
        self.unknown = 0
        self.answers = _Answers(trusts_answers=trusts_answers)
        self._processor = _processor(task, settings, occupancy, self.answers)

    def feed(self, frame: Frame, record: TaskRecord) -> Result | None:
        self.answers.turn_to(record)
        try:
            return self._processor.process(frame)
        except _NotRecordedError:
            self.unknown += 1
            return None


def _processor(task: TracedTask[object], settings: Settings, occupancy: Occupancy, answers: _Answers) -> Processor:
    known = tasks()[task.name]
    observer = ReplayedObserver(answers, task.traits)
    return known.processing.processor(ChosenModel(task.model, Path()), observer, settings, occupancy, answers)


class _NotRecordedError(Exception):
    """The model was not asked this when the trace was made."""


class _Answers:
    """What the present record says to whoever asks.

    The recorded answer to what follows from other tasks is the right one where presence is as it was then: tasks run in
    threads of their own, and how far pose was at that moment nobody can tell from the order of lines. Else it is what
    replayed pose says.
    """

    def __init__(self, *, trusts_answers: bool) -> None:
        self.elsewhere = 0
        self.far = 0
        self._record: TaskRecord | None = None
        self._unasked: list[Observed[object]] = []
        self._trusts_answers = trusts_answers

    def turn_to(self, record: TaskRecord) -> None:
        """What is asked from now on is of this record."""
        self._record, self._unasked = record, list(record.looks)

    def observed(self, look: Look) -> Observation[object]:
        """What the model said of the look that is nearest to this one.

        Who looks more often than was looked then is told the same again, and that it took no time more.
        """
        if self._record is None or not self._record.looks:
            raise _NotRecordedError
        if not self._unasked:
            looks = self._record.looks
            return replace(looks[_nearest(looks, look)].observation, inference_ms=0.0)
        observed = self._unasked.pop(_nearest(self._unasked, look))
        if look.crop != observed.crop:
            self.elsewhere += 1
            self.far += _overlap(look.crop, observed.crop) < _MUCH_THE_SAME
        return observed.observation

    def of_frame(self, name: str, _look_up: Callable[[], _T]) -> _T:
        """What was seen in the frame."""
        if self._record is None or name not in self._record.side_inputs:
            raise _NotRecordedError
        return cast("_T", self._record.side_inputs[name])

    def of_frame_if_known(self, name: str, _look_up: Callable[[], _T]) -> _T | None:
        """What was seen in the frame, if anybody looked."""
        return None if self._record is None else cast("_T | None", self._record.side_inputs.get(name))

    def of_others(self, name: str, look_up: Callable[[], _T]) -> _T:
        """What the other tasks said, or say now."""
        if self._trusts_answers and self._record is not None and name in self._record.side_inputs:
            return cast("_T", self._record.side_inputs[name])
        return look_up()


def _nearest(looks: Sequence[Observed[object]], look: Look) -> int:
    """The number of the first of those that overlap most with a look."""
    return max(range(len(looks)), key=lambda number: _overlap(look.crop, looks[number].crop))


def _overlap(crop: Box | None, other: Box | None) -> float:
    """Intersection over union of two places, None for all of the region, of which only itself is one."""
    if crop is None or other is None:
        return float(crop is other)
    return 1.0 if crop == other else iou(crop, other)


def _bears_on_presence(path: str) -> bool:
    section, _, name = path.partition(".")
    if section == "tracking":
        return not name.startswith("label_")
    return section in tasks() and tasks()[section].processing.COUNTS_PEOPLE


def _empty_frame(record: FrameRecord) -> Frame:
    """A frame of the right size and times; its picture takes one byte."""
    image = np.broadcast_to(np.uint8(0), (record.height, record.width, 3))
    return Frame(record.number, image, record.timestamp_ns, record.captured_ns, record.segment)
