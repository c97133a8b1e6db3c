"""What Home Assistant is told so that it finds the appliance by itself: one message for the whole device.

The rules are Home Assistant's own, see "MQTT Discovery" in its documentation of the MQTT integration: components of a
device by name, each with a platform; one that has nothing but its platform is removed. In templates ``None`` stands for
"unknown"; an event whose template gives nothing is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.messages.encoding import encoded
from edge.mqtt.discovery_controls import SNAPSHOT, controls, model_choice, of_the_whole
from edge.mqtt.discovery_diagnostics import of_device, of_edgetpu, of_task
from edge.mqtt.message import Message
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from edge.tasks.common.discovery import Component
    from edge.types import TaskName


@dataclass(frozen=True, slots=True)
class DeviceDescription:
    """The appliance as Home Assistant is to see it.

    ``topics`` is what all its topics begin with, ``…/`` included; ``models`` are those that a task can be given;
    ``controls``: whether it takes requests, ``snapshots``: whether pictures may be requested, too. ``serial_number``
    is that of the board, ``area`` the room that the device is suggested for: empty for none.
    """

    id: str
    topics: str
    version: str
    tasks: Collection[TaskName]
    models: Mapping[TaskName, Sequence[str]]
    stats_interval_s: float
    controls: bool
    snapshots: bool = False
    serial_number: str = ""
    area: str = ""


def discovery_topic(discovery_prefix: str, device_id: str) -> str:
    """Where the message goes, retained; an empty one there removes the device."""
    return f"{discovery_prefix}/device/{device_id}/config"


def status_topic(discovery_prefix: str) -> str:
    """Where Home Assistant says ``online`` when it has started."""
    return f"{discovery_prefix}/status"


def announcement(device: DeviceDescription, discovery_prefix: str, *, wanted: bool) -> Message:
    """The message as it is published; where it is not wanted, the one that removes what was announced before."""
    payload = encoded(discovery_payload(device)) if wanted else b""
    return Message(discovery_topic(discovery_prefix, device.id), payload, qos=1, retain=True)


def discovery_payload(device: DeviceDescription) -> dict[str, Any]:
    """The whole message; what there could be and is not (a task is switched off, no requests) is in it as removed."""
    components = of_device(device.topics, device.stats_interval_s)
    for name, component in of_the_whole(device.topics).items():
        is_wanted = device.controls and (device.snapshots or name not in SNAPSHOT)
        components |= _present({name: component}, wanted=is_wanted)
    for name, task in tasks().items():
        runs = name in device.tasks
        seen = task.discovery.entities(device.topics) | task.discovery.triggers(device.topics)
        components |= _present(seen, wanted=runs)
        components |= _present(of_task(name, device.topics, device.stats_interval_s), wanted=runs)
        if task.has_key("device"):
            components |= _present(of_edgetpu(name, device.topics, device.stats_interval_s), wanted=runs)
        may, models = runs and device.controls, device.models.get(name, ())
        components |= _present(controls(name, device.topics, has_threshold=task.has_key("score_threshold")), wanted=may)
        components |= _present(model_choice(name, device.topics, models), wanted=may and bool(models))
    return {
        "device": {
            "identifiers": [f"edge_{device.id}"],
            "name": device.id,
            "manufacturer": "Edge",
            "model": "Vision appliance",
            "sw_version": device.version,
            **_told({"serial_number": device.serial_number, "suggested_area": device.area}),
        },
        "origin": {"name": "edge-vision", "sw_version": device.version},
        "availability": [{"topic": f"{device.topics}availability"}],
        "components": {name: _identified(device, name, component) for name, component in components.items()},
    }


def _told(what: Mapping[str, str]) -> dict[str, str]:
    """What there is something to say of: Home Assistant takes an empty text for one."""
    return {name: text for name, text in what.items() if text}


def _identified(device: DeviceDescription, name: str, component: Component) -> Component:
    is_entity = component.keys() != {"platform"} and component["platform"] != "device_automation"
    return {**component, "unique_id": f"edge_{device.id}_{name}"} if is_entity else component


def _present(components: Mapping[str, Component], *, wanted: bool) -> Mapping[str, Component]:
    if wanted:
        return components
    return {name: {"platform": component["platform"]} for name, component in components.items()}
