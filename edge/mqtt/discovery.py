"""What Home Assistant is told so that it finds the appliance by itself: one message for the whole device.

The rules are Home Assistant's own, see "MQTT Discovery" in its documentation of the MQTT integration: components of a
device by name, each with a platform; one that has nothing but its platform is removed. In templates ``None`` stands for
"unknown"; an event whose template gives nothing is left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.mqtt.discovery_controls import controls
from edge.mqtt.message import Message
from edge.types import TASK_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from edge.types import TaskName

Component: TypeAlias = dict[str, Any]

_MISSED_STATS = 3
"""Diagnostics are called unavailable after so many stats messages did not come."""


@dataclass(frozen=True, slots=True)
class Device:
    """The appliance as Home Assistant is to see it.

    ``topics`` is what all its topics begin with, ``…/`` included; ``controls``: whether it takes requests.
    """

    id: str
    topics: str
    version: str
    tasks: Collection[TaskName]
    stats_interval_s: float
    controls: bool


def discovery_topic(discovery_prefix: str, device_id: str) -> str:
    """Where the message goes, retained; an empty one there removes the device."""
    return f"{discovery_prefix}/device/edge_{device_id}/config"


def status_topic(discovery_prefix: str) -> str:
    """Where Home Assistant says ``online`` when it has started."""
    return f"{discovery_prefix}/status"


def announcement(device: Device, discovery_prefix: str, *, wanted: bool) -> Message:
    """The message as it is published; where it is not wanted, the one that removes what was announced before."""
    text = json.dumps(discovery_payload(device), ensure_ascii=False, separators=(",", ":")) if wanted else ""
    return Message(discovery_topic(discovery_prefix, device.id), text.encode(), qos=1, retain=True)


def discovery_payload(device: Device) -> dict[str, Any]:
    """The whole message; what there could be and is not (a task is switched off, no requests) is in it as removed."""
    components = _diagnostics(device)
    for task in TASK_NAMES:
        runs = task in device.tasks
        components |= _present(_of_task(task, device), wanted=runs)
        components |= _present(controls(task, device.topics), wanted=runs and device.controls)
    return {
        "device": {
            "identifiers": [f"edge_{device.id}"],
            "name": device.id,
            "manufacturer": "Edge",
            "model": "Vision appliance",
            "sw_version": device.version,
        },
        "origin": {"name": "edge-vision", "sw_version": device.version},
        "availability": [{"topic": f"{device.topics}availability"}],
        "components": {name: _identified(device, name, component) for name, component in components.items()},
    }


def _identified(device: Device, name: str, component: Component) -> Component:
    return component if component.keys() == {"platform"} else {**component, "unique_id": f"edge_{device.id}_{name}"}


def _present(components: Mapping[str, Component], *, wanted: bool) -> Mapping[str, Component]:
    if wanted:
        return components
    return {name: {"platform": component["platform"]} for name, component in components.items()}


def _of_task(task: TaskName, device: Device) -> dict[str, Component]:
    seen = _people(device) if task == "pose" else _label(task, device)
    return seen | _task_diagnostics(task, device)


def _people(device: Device) -> dict[str, Component]:
    state = {"state_topic": f"{device.topics}state/pose", "qos": 1}
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
            "value_template": _yes_or_no("value_json.present"),
            **state,
        },
        "person_event": _event("person", "count", "mdi:account-arrow-right", device),
    }


def _label(task: TaskName, device: Device) -> dict[str, Component]:
    topic = f"{device.topics}state/{task}"
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
        f"{task}_event": _event(task, "category_name", "mdi:tag-arrow-right", device),
    }


def _event(what: str, detail: str, icon: str, device: Device) -> Component:
    fields = {"event_type": "type", "id": "id", "since": "since", detail: detail}
    said = ", ".join(f"'{name}': value_json.{field}" for name, field in fields.items())
    reason = "'reason': value_json.reason | default(none)"
    return {
        "platform": "event",
        "name": f"{what.capitalize()} event",
        "icon": icon,
        "event_types": ["start", "update", "end"],
        "state_topic": f"{device.topics}event",
        "value_template": f"{{% if value_json.what == '{what}' %}}{{{{ {{{said}, {reason}}} | tojson }}}}{{% endif %}}",
        "qos": 1,
    }


def _task_diagnostics(task: TaskName, device: Device) -> dict[str, Component]:
    found = f"(value_json.tasks.{task} | default({{}}))"
    title = task.capitalize()
    numbers = {"platform": "sensor", "state_class": "measurement", "suggested_display_precision": 1}
    diagnostics: dict[str, Component] = {
        f"{task}_rate": {
            "name": f"{title} rate",
            "device_class": "frequency",
            "unit_of_measurement": "Hz",
            "value_template": f"{{{{ {found}.rate_hz | default(none) }}}}",
            **numbers,
        },
        f"{task}_latency": {
            "name": f"{title} latency",
            "device_class": "duration",
            "unit_of_measurement": "ms",
            "value_template": f"{{{{ ({found}.latency_ms | default({{}}, true)).p50 | default(none) }}}}",
            **numbers,
        },
        f"{task}_backend": _choice(f"{title} backend", ["cpu", "edgetpu"], f"{found}.backend | default(none)"),
        f"{task}_model": {
            "platform": "sensor",
            "name": f"{title} model",
            "value_template": f"{{{{ {found}.model | default(none) }}}}",
        },
    }
    return {name: component | _from_stats(device) for name, component in diagnostics.items()}


def _diagnostics(device: Device) -> dict[str, Component]:
    camera = _choice("Camera", ["starting", "running", "retrying", "ended"], "value_json.camera.state")
    diagnostics: dict[str, Component] = {
        "temperature": {
            "platform": "sensor",
            "name": "Temperature",
            "device_class": "temperature",
            "state_class": "measurement",
            "unit_of_measurement": "°C",
            "suggested_display_precision": 1,
            "value_template": "{{ value_json.temperature_c }}",
        },
        "version": {"platform": "sensor", "name": "Version", "value_template": "{{ value_json.version }}"},
        "camera": camera,
        "throttled": _problem("Throttled", _yes_or_no("value_json.throttled")),
        "configuration": _problem("Configuration", "{{ 'ON' if value_json.config_error else 'OFF' }}"),
    }
    return {name: component | _from_stats(device) for name, component in diagnostics.items()}


def _from_stats(device: Device) -> Component:
    return {
        "entity_category": "diagnostic",
        "expire_after": round(_MISSED_STATS * device.stats_interval_s) + 1,
        "state_topic": f"{device.topics}stats",
    }


def _choice(name: str, options: list[str], value: str) -> Component:
    return {
        "platform": "sensor",
        "name": name,
        "device_class": "enum",
        "options": options,
        "value_template": f"{{{{ {value} }}}}",
    }


def _problem(name: str, template: str) -> Component:
    return {"platform": "binary_sensor", "name": name, "device_class": "problem", "value_template": template}


def _yes_or_no(value: str) -> str:
    return f"{{{{ 'None' if {value} is none else 'ON' if {value} else 'OFF' }}}}"
