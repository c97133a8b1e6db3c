"""What the service has last said of itself at the broker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from edge.doctor.checks.broker import ask
from edge.doctor.probe import ProbeError
from edge.errors import ConfigError
from edge.mqtt.broker_address import topic_prefix
from edge.mqtt.settings import MqttSettings
from edge.report.appliance import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance


def lines(appliance: Appliance) -> Iterator[str]:
    """The message that the broker keeps on ``stats``."""
    mqtt = appliance.subject.settings[MqttSettings]
    if not mqtt.enabled:
        raise UnavailableError("mqtt.enabled is false")
    try:
        topic = f"{topic_prefix(mqtt.base_topic, appliance.subject.configuration.device_id)}stats"
        answer = ask(appliance.subject, "broker", topic=topic, files_only=False)
    except (ConfigError, ProbeError) as error:
        raise UnavailableError(f"the broker cannot be asked ({error}); see broker.reachable above") from None
    if "wrong" in answer:
        advice = "; run: sudo edge report" if answer["closed"] and not appliance.is_root else ""
        raise UnavailableError(f"{answer['wrong']}{advice}")
    if answer["kept"] is None:
        raise UnavailableError(f"the broker keeps nothing on {topic} that we may read")
    yield f"{topic}:"
    yield from json.dumps(answer["kept"], indent=1, ensure_ascii=False).splitlines()
