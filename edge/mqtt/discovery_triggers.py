"""What automations of Home Assistant can begin with: somebody came or left, a label began or ended.

Unlike an event entity, whose state changes also when Home Assistant, the broker or Edge comes back, a device trigger
fires on a message and on nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.mqtt.discovery_entities import Component
    from edge.types import TaskName


def triggers(task: TaskName, topics: str) -> dict[str, Component]:
    """The triggers of a task, by name; what ends only because nobody looks any more (``unseen``) is none."""
    what, subject, began, ended = (
        ("person", "Somebody", "came", "left") if task == "pose" else (task, task.capitalize(), "began", "ended")
    )
    moment = "value_json.what ~ ' ' ~ value_json.type"
    return {
        f"{what}_{began}": _trigger(topics, subject, began, f"{what} start", moment),
        f"{what}_{ended}": _trigger(
            topics, subject, ended, f"{what} end over", f"{moment} ~ ' ' ~ (value_json.reason | default(''))"
        ),
    }


def _trigger(topics: str, subject: str, deed: str, payload: str, value: str) -> Component:
    return {
        "platform": "device_automation",
        "automation_type": "trigger",
        "type": deed,
        "subtype": subject,
        "topic": f"{topics}event",
        "value_template": f"{{{{ {value} }}}}",
        "payload": payload,
        "qos": 1,
    }
