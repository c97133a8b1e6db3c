"""What the log says, once, of tasks for an EdgeTPU whose model has no file for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge.tasks.common.device import device_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.config.sections import Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import TaskName

_log = logging.getLogger(__name__)


class DeviceNotices:
    """Warns of a task that is set to an EdgeTPU; where one is only attached, it is said what would let it be used.

    Where no file can come, nothing can be done, and it is no warning. Of a model that stands in nothing is said: the
    configured one may have a file.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, settings: Settings, models: Mapping[TaskName, ChosenModel], *, is_attached: bool) -> None:
        """Say what there is to say of these settings and models, each only once."""
        for task, model in models.items():
            if model.edgetpu is not None or not model.no_edgetpu or model.fallback_for:
                continue
            if device_choice(task, settings).kind == "edgetpu":
                why = f"{task} is to run on the EdgeTPU: {model.no_edgetpu}"
                level = logging.WARNING if model.edgetpu_may_come else logging.INFO
                self._say(level, f"{why}; the CPU runs {model.path.name}")
            elif is_attached and model.edgetpu_may_come:
                self._say(logging.INFO, f"{model.no_edgetpu}; until then the CPU computes {task}")

    def _say(self, level: int, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            _log.log(level, "%s", line)
