"""What stands in the place of a task whose model cannot be used, so that the other tasks run all the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge.tasks.common.keys import is_model_path
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.types import Frame, TaskName


class AbsentProcessor:
    """A task that is off: it looks at no frame.

    ``why`` is a sentence on what is wrong and what to do; ``needs_edgetpu``: its model is for the EdgeTPU only, so that
    it may run once one is attached.
    """

    def __init__(self, task: TaskName, settings: Settings, why: str, *, needs_edgetpu: bool = False) -> None:
        configured = settings[tasks()[task].section].model
        path = Path(configured)
        self.task = task
        self.model = ChosenModel(path.stem if is_model_path(configured) else configured, path)
        self.why = why
        self.needs_edgetpu = needs_edgetpu

    def restart(self) -> None:
        """Begin anew: there is nothing to forget."""

    def process(self, _frame: Frame) -> None:
        """No result."""
