"""Home Assistant's published rules of MQTT discovery, as far as an appliance that only reports needs them.

From the documentation of its MQTT integration (device discovery, sensor, binary sensor, event) and of its sensor and
binary sensor device classes.
"""

from __future__ import annotations

import json
import re
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

ENTITY_KEYS = {
    "platform", "name", "unique_id", "icon", "qos", "state_topic", "value_template", "entity_category",
    "json_attributes_topic", "json_attributes_template", "device_class", "enabled_by_default",
}  # fmt: skip
PLATFORM_KEYS = {
    "sensor": ENTITY_KEYS
    | {"expire_after", "options", "state_class", "suggested_display_precision", "unit_of_measurement"},
    "binary_sensor": ENTITY_KEYS | {"expire_after", "payload_on", "payload_off"},
    "event": ENTITY_KEYS | {"event_types"},
    "switch": ENTITY_KEYS | {"command_topic", "payload_on", "payload_off", "state_on", "state_off"},
    "number": ENTITY_KEYS | {"command_topic", "command_template", "min", "max", "step"},
    "select": ENTITY_KEYS | {"command_topic", "command_template", "options"},
    "button": ENTITY_KEYS - {"state_topic", "value_template"} | {"command_topic", "payload_press"},
    "image": ENTITY_KEYS - {"state_topic", "value_template", "device_class"} | {"image_topic", "content_type"},
    "device_automation": {
        "platform",
        "automation_type",
        "type",
        "subtype",
        "topic",
        "payload",
        "value_template",
        "qos",
    },
}
DEVICE_KEYS = {"identifiers", "name", "manufacturer", "model", "sw_version", "serial_number", "suggested_area"}
REQUIRED = {
    "sensor": {"state_topic"},
    "binary_sensor": {"state_topic"},
    "event": {"state_topic", "event_types"},
    "switch": {"command_topic"},
    "number": {"command_topic"},
    "select": {"command_topic", "options"},
    "button": {"command_topic"},
    "image": {"image_topic"},
    "device_automation": {"automation_type", "type", "subtype", "topic"},
}
WITHOUT_IDENTITY = {"device_automation"}
CATEGORIES = {
    "sensor": {"diagnostic"},
    "binary_sensor": {"diagnostic"},
    "event": {"diagnostic"},
    "switch": {"config", "diagnostic"},
    "number": {"config", "diagnostic"},
    "select": {"config", "diagnostic"},
    "button": {"config", "diagnostic"},
    "image": {"diagnostic"},
    "device_automation": {"diagnostic"},
}
DEVICE_CLASSES: dict[str, set[str]] = {
    "switch": {"outlet", "switch"},
    "number": set(),
    "select": set(),
    "image": set(),
    "device_automation": set(),
    "button": {"identify", "restart", "update"},
    "sensor": {"duration", "enum", "frequency", "temperature", "timestamp"},
    "binary_sensor": {"occupancy", "presence", "problem", "connectivity", "running"},
    "event": {"motion", "button", "doorbell"},
}
UNITS = {
    "duration": {"d", "h", "min", "s", "ms"},
    "frequency": {"Hz", "kHz", "MHz", "GHz"},
    "temperature": {"°C", "°F", "K"},
}
UNKNOWN = "None"
"""What a state must render to for "unknown"."""


def mistakes(topic: str, payload: dict[str, Any]) -> list[str]:
    """What Home Assistant would not accept in a device's discovery message."""
    found = [] if re.fullmatch(r"[^/]+/device/[a-zA-Z0-9_-]+/config", topic) else [f"illegal topic {topic}"]
    found += [f"{key} is missing" for key in ("device", "origin", "components") if key not in payload]
    if not payload["device"].get("identifiers") and not payload["device"].get("connections"):
        found.append("the device has no identifier")
    found += [f"the device has an unknown key {key}" for key in payload["device"].keys() - DEVICE_KEYS]
    found += [f"the device has an empty {key}" for key, value in payload["device"].items() if not value]
    if not payload["origin"].get("name"):
        found.append("the origin has no name")
    for name, component in payload["components"].items():
        found += [f"{name}: {mistake}" for mistake in _in_component(component)]
    ids = [component["unique_id"] for component in payload["components"].values() if "unique_id" in component]
    return found + [f"{one} is not unique" for one in set(ids) if ids.count(one) > 1]


def _in_component(component: dict[str, Any]) -> list[str]:
    platform = component.get("platform", "")
    if platform not in PLATFORM_KEYS:
        return [f"platform {platform!r}"]
    if component.keys() == {"platform"}:
        return []  # removed
    found = [f"unknown key {key}" for key in component.keys() - PLATFORM_KEYS[platform]]
    found += [f"no {key}" for key in (REQUIRED[platform] | _identity(platform)) - component.keys()]
    if component.get("entity_category", "diagnostic") not in CATEGORIES[platform]:
        found.append(f"entity_category {component['entity_category']}")
    if component.get("min", 0) >= component.get("max", 1) or component.get("step", 1) < 0.001:
        found.append("min, max and step do not go together")
    if not isinstance(component.get("expire_after", 0), int):
        found.append("expire_after is a whole number of seconds")
    return found + _in_classes(component, platform)


def _identity(platform: str) -> set[str]:
    return set() if platform in WITHOUT_IDENTITY else {"unique_id"}


def _in_classes(component: dict[str, Any], platform: str) -> list[str]:
    device_class, unit = component.get("device_class"), component.get("unit_of_measurement")
    state_class = component.get("state_class")
    found = []
    if device_class and device_class not in DEVICE_CLASSES[platform]:
        found.append(f"device_class {device_class}")
    if unit not in UNITS.get(device_class or "", {None}):
        found.append(f"unit {unit} with device_class {device_class}")
    if state_class not in {None, "measurement", "total", "total_increasing"}:
        found.append(f"state_class {state_class}")
    if platform == "select":
        return found if component["options"] else [*found, "nothing to select"]
    if (device_class == "enum") != ("options" in component) or (device_class == "enum" and (state_class or unit)):
        found.append("options go with device_class enum, which has no state_class and no unit")
    return found


def rendered(template: str, message: dict[str, Any]) -> str:
    """What a template makes of a message; a name it uses that is not there is an error."""
    return _rendered(template, value_json=message, value=json.dumps(message))


def command(template: str, value: float | str) -> str:
    """What a command template makes of the value that somebody has set."""
    return _rendered(template, value=value)


def _rendered(template: str, **names: object) -> str:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(**names).strip()
