"""Where the models of a task are to be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.runtime.device_choice import parse_device
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.runtime.device_choice import DeviceChoice
    from edge.types import TaskName


def device_choice(task: TaskName, settings: Settings) -> DeviceChoice:
    """What the task's own key ``device`` says; where it has none, or it is empty, what ``inference.device`` says."""
    own: str = getattr(settings[tasks()[task].section], "device", "")
    return parse_device(own or settings[InferenceSettings].device)
