"""What Home Assistant shows of hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common import discovery as common

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component


def entities(topics: str) -> dict[str, Component]:
    """How many hands are there, the settled gesture, and its events."""
    state = {"state_topic": f"{topics}state/hands", "qos": 1}
    return {
        "hands": {
            "platform": "sensor",
            "name": "Hands",
            "icon": "mdi:hand-front-right",
            "state_class": "measurement",
            "value_template": "{{ value_json.count }}",
            **state,
        },
        "gesture": {
            "platform": "sensor",
            "name": "Gesture",
            "icon": "mdi:hand-wave",
            "value_template": "{{ (value_json.settled or {}).category_name | default(none) }}",
            **state,
        },
        "gesture_event": common.event("gesture", "category_name", "mdi:hand-wave-outline", topics),
    }


def triggers(topics: str) -> dict[str, Component]:
    """A gesture began, it has ended."""
    return common.triggers("gesture", "Gesture", "began", "ended", topics)
