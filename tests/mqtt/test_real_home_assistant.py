"""A real Home Assistant ends up with the entities: only where ``EDGE_HASS`` names its program."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.config.sections import Settings
from edge.daemon.mqtt_sink import MqttSink
from edge.mqtt.settings import MqttSettings
from edge.settings import HealthSettings
from edge.tasks.action.settings import ActionSettings
from tests.broker import Subscriber, wait_until
from tests.mqtt.real_home_assistant import HomeAssistant
from tests.mqtt.samples import RUN_ID, label_event, label_state, people_event, people_state, stats

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.messages.request import Request
    from tests.broker import Broker

HASS = os.environ.get("EDGE_HASS", "")

pytestmark = [
    pytest.mark.skipif(not HASS, reason="needs Home Assistant: set EDGE_HASS to its program, see docs/contributing.md"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def home_assistant(tmp_path: Path, broker: Broker) -> Iterator[HomeAssistant]:
    with HomeAssistant(HASS, tmp_path / "hass", broker) as running:
        yield running


def tell(sink: MqttSink) -> None:
    sink.put_state(people_state(2))
    sink.put_state(label_state())
    sink.put_state(label_state("classification", name=None))
    sink.put_event(people_event("start", 2))
    sink.put_event(label_event("end", "over"))
    sink.put_stats(stats())


def test_its_switch_and_its_number_are_requests(broker: Broker, home_assistant: HomeAssistant) -> None:
    requests: list[Request] = []
    settings = Settings(MqttSettings(host=broker.host, port=broker.port, control=True))
    sink = MqttSink(settings, "kitchen", RUN_ID, requests.append)
    sink.start()
    wait_until(lambda: sink.stats().connected, "connected")
    sink.put_stats(stats())
    wait_until(lambda: home_assistant.state("number.kitchen_pose_threshold") == "0.25", "the threshold is shown")
    wait_until(lambda: home_assistant.state("switch.kitchen_run_pose") == "on", "pose is shown as running")

    home_assistant.call("switch", "turn_off", entity_id="switch.kitchen_run_pose")
    wait_until(lambda: len(requests) == 1, "the switch was heard")
    home_assistant.call("number", "set_value", entity_id="number.kitchen_pose_threshold", value=0.35)
    wait_until(lambda: len(requests) == 2, "the number was heard")
    sink.stop()

    assert [(request.command, dict(request.arguments)) for request in requests] == [
        ("task/pause", {"task": "pose", "paused": True}),
        ("config/set", {"key": "pose.score_threshold", "value": 0.35}),
    ]
    assert home_assistant.complaints() == []


def test_it_shows_what_is_published_and_forgets_what_is_gone(broker: Broker, home_assistant: HomeAssistant) -> None:
    settings = Settings(MqttSettings(host=broker.host, port=broker.port), HealthSettings(stats_interval_s=60.0))

    def shows(entity: str, state: str | None) -> None:
        wait_until(lambda: home_assistant.state(entity) == state, f"{entity} is {state}")

    sink = MqttSink(settings, "kitchen", RUN_ID)
    sink.start()
    shows("sensor.kitchen_people", "unknown")
    tell(sink)
    shows("sensor.kitchen_people", "2")
    shows("binary_sensor.kitchen_presence", "on")
    shows("sensor.kitchen_action", "squat")
    shows("sensor.kitchen_classification", "unknown")
    shows("sensor.kitchen_pose_backend", "cpu")
    shows("sensor.kitchen_version", "0.1.0")
    assert home_assistant.states()["event.kitchen_person_event"]["event_type"] == "start"
    assert home_assistant.states()["event.kitchen_action_event"]["reason"] == "over"
    sink.put_state(people_state(None))
    shows("binary_sensor.kitchen_presence", "unknown")
    sink.stop()
    shows("sensor.kitchen_people", "unavailable")

    without_action = settings.having(ActionSettings(enabled=False))
    sink = MqttSink(without_action, "kitchen", RUN_ID)
    sink.start()
    shows("sensor.kitchen_action", None)
    shows("event.kitchen_action_event", None)
    sink.prepare(without_action.having(replace(settings[MqttSettings], discovery=False)))()
    shows("sensor.kitchen_people", None)
    sink.stop()

    assert not [entity for entity in home_assistant.states() if "kitchen" in entity]
    assert home_assistant.complaints() == []


def test_after_a_crash_nobody_is_there_until_somebody_is_seen(broker: Broker, home_assistant: HomeAssistant) -> None:
    presence = "binary_sensor.kitchen_presence"
    settings = Settings(MqttSettings(host=broker.host, port=broker.port))
    first = MqttSink(settings, "kitchen", RUN_ID, gather=stats)
    first.put_state(people_state(2))
    first.start()
    wait_until(lambda: home_assistant.state(presence) == "on", "somebody is there")
    with Subscriber(broker, "edge/kitchen/state/pose") as subscriber:
        left_behind = subscriber.wait_for("state/pose")[0].payload
    first.stop()  # says offline, as the last will does
    wait_until(lambda: home_assistant.state(presence) == "unavailable", "the appliance is away")
    publish.single("edge/kitchen/state/pose", left_behind, 1, True, broker.host, broker.port)

    second = MqttSink(settings, "kitchen", str(uuid.uuid4()), gather=stats)
    second.put_state(people_state(None))
    second.start()
    wait_until(lambda: home_assistant.state(presence) == "unknown", "back, and nothing is known yet")
    second.put_state(people_state(1))
    wait_until(lambda: home_assistant.state(presence) == "on", "somebody is seen")
    second.stop()
    wait_until(lambda: home_assistant.history(presence)[-1] == "unavailable", "stopped")

    history = home_assistant.history(presence)
    assert history[history.index("on") :] == ["on", "unavailable", "unknown", "on", "unavailable"]
