"""What is measured: a task with its model loaded, and frames for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.benchmark.frames import endless_frames
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from edge.config.sections import Settings
    from edge.runtime.model import Model, ModelOpener
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.processor import TunableProcessor
    from edge.types import Backend, Frame, ImageArray, Result, TaskName


class Workload:
    """A task at work; for one thread.

    Its models, most often one, are those that the task itself has opened, so that what is measured alone is what runs
    within the pipeline: the same tensors in the same memory.
    """

    def __init__(self, processor: TunableProcessor[Any, Any], models: Sequence[Model], frames: Iterator[Frame]) -> None:
        self.frames = frames
        """Without end."""
        self._processor = processor
        self._models = models

    @property
    def backend(self) -> Backend:
        """What has computed all of the last run; ``cpu`` where it was a part of it."""
        return "edgetpu" if all(model.backend == "edgetpu" for model in self._models) else "cpu"

    def invoke(self) -> None:
        """Run the models, nothing else.

        Raises:
            ModelError: one failed.
        """
        for model in self._models:
            model.invoke()

    def process(self, frame: Frame) -> Result | None:
        """All that the task does with a frame; None where its rate or gate has left it out.

        Raises:
            ModelError: the model failed.
        """
        return self._processor.process(frame)


def load_workload(
    task: TaskName, model: ChosenModel, settings: Settings, open_model: ModelOpener, pictures: Sequence[ImageArray]
) -> Workload:
    """Load ``model`` by ``open_model`` and put the tracker of ``task`` beside it.

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    part = tasks()[task].processing
    opened: list[Model] = []

    def open_and_note(path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> Model:
        opened.append(open_model(path, free_px=free_px))
        return opened[-1]

    observer = part.load(model, open_and_note, settings, still=False)
    processor = part.processor(model, observer, settings, Occupancy(), LiveSideInputs())
    return Workload(processor, opened, endless_frames(pictures, part.rate_hz(settings)))
