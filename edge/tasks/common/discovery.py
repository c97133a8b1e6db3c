"""What Home Assistant shows of what Edge sees: labels, events, and what automations can begin with.

Unlike an event entity, whose state changes also when Home Assistant, the broker or Edge comes back, a device trigger
fires on a message and on nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from edge.types import TaskName

Component: TypeAlias = dict[str, Any]


def label(task: TaskName, topics: str) -> dict[str, Component]:
    """The settled label of a task, and its events."""
    topic = f"{topics}state/{task}"
    return {
        task: {
            "platform": "sensor",
            "name": task.capitalize(),
            "icon": "mdi:tag",
            "state_topic": topic,
            "value_template": "{{ (value_json.settled or {}).category_name | default(none) }}",
            "json_attributes_topic": topic,
            "json_attributes_template": "{{ {'since': (value_json.settled or {}).since | default(none)} | tojson }}",
            "qos": 1,
        },
        f"{task}_event": event(task, "category_name", "mdi:tag-arrow-right", topics),
    }


def yes_or_no(value: str) -> str:
    """A template that says what a binary sensor is to be told of a value that may be null."""
    return f"{{{{ 'None' if {value} is none else 'ON' if {value} else 'OFF' }}}}"


def event(what: str, detail: str, icon: str, topics: str) -> Component:
    """The entity of events of which ``what`` is what they are of, with ``detail`` of each."""
    fields = {"event_type": "type", "id": "id", "since": "since", detail: detail}
    said = ", ".join(f"'{name}': value_json.{field}" for name, field in fields.items())
    reason = "'reason': value_json.reason | default(none)"
    return {
        "platform": "event",
        "name": f"{what.capitalize()} event",
        "icon": icon,
        "event_types": ["start", "update", "end"],
        "state_topic": f"{topics}event",
        "value_template": f"{{% if value_json.what == '{what}' %}}{{{{ {{{said}, {reason}}} | tojson }}}}{{% endif %}}",
        "qos": 1,
    }


def triggers(what: str, subject: str, began: str, ended: str, topics: str) -> dict[str, Component]:
    """The triggers of events, by name; what ends only because nobody looks any more (``unseen``) is none."""
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
