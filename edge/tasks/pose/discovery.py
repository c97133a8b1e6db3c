"""What Home Assistant shows of pose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common import discovery as common

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component


def entities(topics: str) -> dict[str, Component]:
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
            "value_template": common.yes_or_no("value_json.present"),
            **state,
        },
        "person_event": common.event("person", "count", "mdi:account-arrow-right", topics),
    }


def triggers(topics: str) -> dict[str, Component]:
    """Somebody came, the last has left."""
    return common.triggers("person", "Somebody", "came", "left", topics)
