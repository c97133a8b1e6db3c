"""What Home Assistant shows of what Edge sees: people, labels, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from edge.types import TaskName

Component: TypeAlias = dict[str, Any]


def people(topics: str) -> dict[str, Component]:
    """How many people are there, and their events."""
    state = {"state_topic": f"{topics}state/pose", "qos": 1}
    return {
        "people": {
            "platform": "sensor",
            "name": "People",
            "icon": "mdi:account-group",
            "state_class": "measurement",
            "value_template": "{{ value_json.count }}",
            **state,
        },
        "presence": {
            "platform": "binary_sensor",
            "name": "Presence",
            "device_class": "occupancy",
            "value_template": yes_or_no("value_json.present"),
            **state,
        },
        "person_event": _event("person", "count", "mdi:account-arrow-right", topics),
    }


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
        f"{task}_event": _event(task, "category_name", "mdi:tag-arrow-right", topics),
    }


def yes_or_no(value: str) -> str:
    """A template that says what a binary sensor is to be told of a value that may be null."""
    return f"{{{{ 'None' if {value} is none else 'ON' if {value} else 'OFF' }}}}"


def _event(what: str, detail: str, icon: str, topics: str) -> Component:
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
