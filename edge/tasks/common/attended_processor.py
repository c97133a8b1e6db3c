"""A task that has to know whether anybody is there, asked without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.tasks.common.processor import Processor
    from edge.types import Frame, Result


class AttendedProcessor:
    """A task behind the one that counts people, which sees each frame first in the same thread."""

    def __init__(self, processor: Processor, counting: Processor) -> None:
        self.model = processor.model
        self.task = processor.task
        self._processor = processor
        self._counting = counting

    def restart(self) -> None:
        """Begin anew, both of them."""
        self._counting.restart()
        self._processor.restart()

    def process(self, frame: Frame) -> Result | None:
        """The task's result of a frame; None where its rate or gate leaves it out.

        Raises:
            ModelError: a model failed.
        """
        self._counting.process(frame)
        return self._processor.process(frame)
