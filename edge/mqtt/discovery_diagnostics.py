"""What Home Assistant shows of how Edge is doing, out of stats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.discovery import yes_or_no

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component
    from edge.types import TaskName

_MISSED_STATS = 3
"""Diagnostics are called unavailable after so many stats messages did not come."""


def of_task(task: TaskName, topics: str, stats_interval_s: float) -> dict[str, Component]:
    """Rate, latency, backend and model of a task."""
    found = f"(value_json.tasks.{task} | default({{}}))"
    title = task.capitalize()
    numbers = {
        "platform": "sensor",
        "state_class": "measurement",
        "suggested_display_precision": 1,
        "enabled_by_default": False,  # a new value every ten seconds is what few want to have recorded
    }
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
    return {name: component | _from_stats(topics, stats_interval_s) for name, component in diagnostics.items()}


def of_edgetpu(task: TaskName, topics: str, stats_interval_s: float) -> dict[str, Component]:
    """Whether the CPU computes a task because its EdgeTPU has failed."""
    failed = f"(value_json.tasks.{task} | default({{}})).edgetpu_failed"
    problem = _problem(f"{task.capitalize()} EdgeTPU", f"{{{{ 'ON' if {failed} | default(false) else 'OFF' }}}}")
    return {f"{task}_edgetpu": problem | _from_stats(topics, stats_interval_s)}


def of_device(topics: str, stats_interval_s: float) -> dict[str, Component]:
    """What is the same whatever tasks run."""
    level = "(value_json.governor | default({}, true)).level | default(0)"
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
        "throttled": _problem("Throttled", yes_or_no("value_json.throttled")),
        "held_back": _problem("Held back", f"{{{{ 'ON' if {level} else 'OFF' }}}}"),
        "configuration": _problem("Configuration", "{{ 'ON' if value_json.config_error else 'OFF' }}"),
    }
    return {name: component | _from_stats(topics, stats_interval_s) for name, component in diagnostics.items()}


def _from_stats(topics: str, stats_interval_s: float) -> Component:
    return {
        "entity_category": "diagnostic",
        "expire_after": round(_MISSED_STATS * stats_interval_s) + 1,
        "state_topic": f"{topics}stats",
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
