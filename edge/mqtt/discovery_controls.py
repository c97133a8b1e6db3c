"""What Home Assistant may do with the appliance, where requests are taken.

Have a task rest, set its threshold, choose its model; have the service start anew; have a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.common.discovery import Component
    from edge.types import TaskName

_STEP = 0.01
SNAPSHOT = frozenset({"snapshot", "take_snapshot"})
"""What needs the permission to have pictures."""


def controls(task: TaskName, topics: str, *, has_threshold: bool) -> dict[str, Component]:
    """The controls of a task, by name, but for :func:`model_choice`.

    ``topics`` is what all topics of the device begin with; ``has_threshold``: whether its results have scores that are
    held to one.
    """
    stats = {"state_topic": f"{topics}stats", "qos": 1}
    return {
        f"{task}_running": {
            "platform": "switch",
            "name": f"Run {task}",
            "icon": "mdi:play-pause",
            "command_topic": f"{topics}request/task/pause",
            "payload_on": f'{{"arguments": {{"task": "{task}", "paused": false}}}}',
            "payload_off": f'{{"arguments": {{"task": "{task}", "paused": true}}}}',
            "state_on": "ON",
            "state_off": "OFF",
            "value_template": f"{{{{ 'OFF' if (value_json.tasks.{task} | default({{}})).paused else 'ON' }}}}",
            **stats,
        },
        **(_threshold(task, topics) if has_threshold else {}),
    }


def model_choice(task: TaskName, topics: str, models: Sequence[str]) -> dict[str, Component]:
    """The control that chooses among ``models``; Home Assistant refuses one without any."""
    return {
        f"{task}_model_choice": {
            "platform": "select",
            "name": f"{task.capitalize()} model choice",
            "icon": "mdi:brain",
            "entity_category": "config",
            "command_topic": f"{topics}request/config/set",
            "command_template": f'{{"arguments": {{"key": "{task}.model", "value": {{{{ value | tojson }}}} }} }}',
            "options": list(models),
            "value_template": _known_model(task, models),
            "state_topic": f"{topics}stats",
            "qos": 1,
        },
    }


def _threshold(task: TaskName, topics: str) -> dict[str, Component]:
    return {
        f"{task}_threshold": {
            "platform": "number",
            "name": f"{task.capitalize()} threshold",
            "icon": "mdi:filter",
            "entity_category": "config",
            "command_topic": f"{topics}request/config/set",
            "command_template": f'{{"arguments": {{"key": "{task}.score_threshold", "value": {{{{ value }}}} }} }}',
            "min": 0,
            "max": 1,
            "step": _STEP,
            "value_template": f"{{{{ (value_json.score_thresholds | default({{}})).{task} | default(none) }}}}",
            "state_topic": f"{topics}stats",
            "qos": 1,
        },
    }


def of_the_whole(topics: str) -> dict[str, Component]:
    """The controls of the appliance itself, by name, and the picture that one of them asks for."""
    return {
        "restart": {
            "platform": "button",
            "name": "Restart",
            "device_class": "restart",
            "entity_category": "config",
            "command_topic": f"{topics}request/restart",
            "payload_press": "{}",
            "qos": 1,
        },
        "take_snapshot": {
            "platform": "button",
            "name": "Take snapshot",
            "icon": "mdi:camera",
            "command_topic": f"{topics}request/snapshot",
            "payload_press": "{}",
            "qos": 1,
        },
        "snapshot": {
            "platform": "image",
            "name": "Snapshot",
            "icon": "mdi:image",
            "content_type": "image/jpeg",
            "image_topic": f"{topics}snapshot",
        },
    }


def _known_model(task: TaskName, models: Sequence[str]) -> str:
    """The model that runs; unknown where that is none to choose, such as a file of one's own."""
    running = f"(value_json.tasks.{task} | default({{}})).model | default('')"
    return f"{{% set running = {running} %}}{{{{ running if running in {list(models)!r} else none }}}}"
