"""A task's model on labelled data: every picture or clip through the task as the appliance runs it."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from edge.camera.image_file import load_image
from edge.camera.video import VideoCamera
from edge.errors import InputError, ModelOutputError
from edge.evaluate.measured import Measured
from edge.tasks.registry import tasks
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge.tasks.common.evaluation.entry import Entry
    from edge.tasks.common.evaluation.mode import Mode
    from edge.tasks.common.processor import Processor
    from edge.tasks.parts import Evaluation
    from edge.types import ImageArray, Result, TaskName

    OpenProcessor = Callable[[Mode[Any, Any]], Processor]
    """Loads the model, with the keys of a mode."""

_PASSES_HZ = 30
"""How often a second a picture that is shown in a row is said to come."""


class Evaluator:
    """Judges one task; ``step`` is called once for each entry that is done with, in each mode."""

    def __init__(self, task: TaskName, step: Callable[[], None]) -> None:
        self._part: Evaluation = tasks()[task].evaluation
        self._step = step

    @property
    def modes(self) -> Sequence[Mode[Any, Any]]:
        """The ways in which the task is measured."""
        return self._part.MODES

    def judge(self, entries: Sequence[Entry], open_processor: OpenProcessor) -> tuple[list[Measured], list[str]]:
        """Figures in each mode, and a sentence for each entry that could not be judged.

        Raises:
            ModelError: the model cannot be used.
        """
        measured: list[Measured] = []
        problems: list[str] = []
        for mode in self.modes:
            processor = open_processor(mode)
            judged: list[tuple[str, Any]] = []
            for entry in entries:
                try:
                    for result, truth in self._results(entry, mode, processor):
                        judged.append((entry.group, mode.judge(result, truth)))
                        problems += [f"{entry.where}: {sentence}" for sentence in mode.left_out(result, truth)]
                except (InputError, ModelOutputError, ValueError) as error:
                    problems.append(f"{entry.where}: {error}")
                self._step()
            measured.append(_measured(processor.model.name, mode, judged))
        return measured, list(dict.fromkeys(problems))  # what cannot be read is so in each mode

    def _results(self, entry: Entry, mode: Mode[Any, Any], processor: Processor) -> Iterator[tuple[Result, Any]]:
        """What the model says of each view of an entry, and what is true of it.

        Raises:
            InputError: it cannot be read. ModelOutputError: the model has no answer. ValueError: its truth is wrong.
        """
        truth = self._part.truth(entry)
        if self._part.MEDIA == "clips":
            yield _last_result(processor, _clip(entry)), truth
            return
        for view, seen in mode.views(load_image(entry.path), truth):
            yield _last_result(processor, _repeated(view, mode.passes)), seen


def _measured(model: str, mode: Mode[Any, Any], judged: Sequence[tuple[str, Any]]) -> Measured:
    names = sorted({group for group, _ in judged if group})
    groups = {name: mode.figures([one for group, one in judged if group == name]) for name in names}
    return Measured(model, mode.name, mode.figures([one for _, one in judged]), groups)


def _last_result(processor: Processor, frames: Iterator[Frame]) -> Result:
    processor.restart()  # nothing is carried over from one to the next
    last = None
    for frame in frames:
        last = processor.process(frame) or last
    if last is None:
        raise ValueError("there was no result")
    return last


def _repeated(image: ImageArray, times: int) -> Iterator[Frame]:
    for number in range(times):
        yield Frame(number, image, number * NS_PER_S // _PASSES_HZ, time.monotonic_ns())


def _clip(entry: Entry) -> Iterator[Frame]:
    with closing(VideoCamera(entry.path, loop=False, realtime=False)) as camera:
        while (frame := camera.read()) is not None:
            yield frame
