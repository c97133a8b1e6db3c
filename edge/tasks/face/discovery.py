"""What Home Assistant shows of face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common import discovery as common

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component


def entities(topics: str) -> dict[str, Component]:
    """How many faces are there, and their events."""
    state = {"state_topic": f"{topics}state/face", "qos": 1}
    return {
        "faces": {
            "platform": "sensor",
            "name": "Faces",
            "icon": "mdi:face-man",
            "state_class": "measurement",
            "value_template": "{{ value_json.count }}",
            **state,
        },
        "face_presence": {
            "platform": "binary_sensor",
            "name": "Face",
            "device_class": "occupancy",
            "value_template": common.yes_or_no("value_json.present"),
            **state,
        },
        "face_event": common.event("face", "count", "mdi:face-man-outline", topics),
    }


def triggers(topics: str) -> dict[str, Component]:
    """A face came, the last has left."""
    return common.triggers("face", "A face", "came", "left", topics)
