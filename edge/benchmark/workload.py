"""What is measured: a task with its model loaded, and frames for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.benchmark.frames import endless_frames
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.benchmark.devices import Device
    from edge.config.sections import Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.processor import TunableProcessor
    from edge.types import Frame, ImageArray, Result, TaskName


class Workload:
    """A task at work; for one thread.

    Its models, most often one, are those that the task itself has opened, so that what is measured alone is what runs
    within the pipeline: the same tensors in the same memory.
    """

    def __init__(self, processor: TunableProcessor[Any, Any], device: Device, frames: Iterator[Frame]) -> None:
        self.frames = frames
        """Without end."""
        self.device = device
        self._processor = processor

    def invoke(self) -> None:
        """Run the models, nothing else.

        Raises:
            ModelError: one failed.
        """
        for model in self.device.models:
            model.invoke()

    def process(self, frame: Frame) -> Result | None:
        """All that the task does with a frame; None where its rate or gate has left it out.

        Raises:
            ModelError: the model failed.
        """
        return self._processor.process(frame)


def load_workload(
    task: TaskName, model: ChosenModel, settings: Settings, device: Device, pictures: Sequence[ImageArray]
) -> Workload:
    """Load ``model`` on ``device`` and put the tracker of ``task`` beside it.

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    part = tasks()[task].processing
    observer = part.load(model, device.open, settings, still=False)
    processor = part.processor(model, observer, settings, Occupancy(), LiveSideInputs())
    return Workload(processor, device, endless_frames(pictures, part.rate_hz(settings)))
