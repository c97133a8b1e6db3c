"""The access list that Edge comes with, on a real mosquitto."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from tests.broker import PATIENCE_S, Broker, Subscriber, leave

if TYPE_CHECKING:
    from collections.abc import Iterator

ACL = Path(__file__).parents[2] / "deploy/mosquitto/edge.acl"
PASSWORD = "open sesame"
USERS = ("pi-kitchen", "pi-cellar", "homeassistant", "viewer", "operator")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A mosquitto with the list and its users."""
    folder = tmp_path_factory.mktemp("guarded")
    broker = Broker(folder, users=dict.fromkeys(USERS, PASSWORD))
    config = folder / "mosquitto.conf"
    list_ = folder / "edge.acl"
    list_.write_text(ACL.read_text())
    list_.chmod(0o600)
    config.write_text(f"{config.read_text()}acl_file {list_}\n")
    with broker:
        yield broker


def may_publish(broker: Broker, user: str, topic: str) -> bool:
    """Whether the broker takes a message of ``user``; MQTT 5 tells."""
    answers: list[bool] = []
    answered = threading.Event()

    def on_publish(_client: Client, _userdata: Any, _number: int, reason: Any, _properties: Any) -> None:
        answers.append(not reason.is_failure)
        answered.set()

    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.username_pw_set(user, PASSWORD)
    client.on_publish = on_publish
    client.connect(broker.host, broker.port)
    client.loop_start()
    client.publish(topic, b"{}", qos=1)
    assert answered.wait(PATIENCE_S)
    leave(client)
    return answers[0]


@pytest.mark.parametrize(
    ("user", "topic", "allowed"),
    [
        ("pi-kitchen", "edge/pi-kitchen/pose", True),
        ("pi-kitchen", "edge/pi-kitchen/response/config/set", True),
        ("pi-kitchen", "homeassistant/device/pi-kitchen/config", True),
        ("pi-kitchen", "edge/pi-cellar/pose", False),
        ("pi-kitchen", "edge/pi-cellar/request/restart", False),
        ("pi-kitchen", "homeassistant/device/pi-cellar/config", False),
        ("homeassistant", "homeassistant/status", True),
        ("homeassistant", "edge/pi-kitchen/request/task/pause", True),
        ("homeassistant", "edge/pi-kitchen/availability", False),
        ("operator", "edge/pi-kitchen/request/config/set", True),
        ("operator", "edge/pi-kitchen/pose", False),
        ("viewer", "edge/pi-kitchen/request/restart", False),
        ("viewer", "edge/pi-kitchen/pose", False),
        ("viewer", "edge/viewer/pose", False),
        ("viewer", "homeassistant/device/viewer/config", False),
        ("operator", "homeassistant/device/operator/config", False),
    ],
)
def test_each_may_publish_what_it_needs_and_no_more(guarded: Broker, user: str, topic: str, allowed: bool) -> None:
    assert may_publish(guarded, user, topic) == allowed


def test_who_only_looks_sees_every_device_and_a_device_only_itself(guarded: Broker) -> None:
    with (
        Subscriber(guarded, "edge/#", "viewer", PASSWORD) as viewer,
        Subscriber(guarded, "edge/#", "pi-cellar", PASSWORD) as device,
    ):
        assert may_publish(guarded, "pi-kitchen", "edge/pi-kitchen/pose")
        assert may_publish(guarded, "pi-cellar", "edge/pi-cellar/pose")
        viewer.wait_for("/pose", 2)
        device.wait_for("pi-cellar/pose")
        assert {message.topic for message in device.seen()} == {"edge/pi-cellar/pose"}


def test_the_listener_that_comes_with_it_asks_for_a_password_and_names_both_files() -> None:
    lines = ACL.with_name("edge.conf").read_text().splitlines()
    assert {line for line in lines if line and not line.startswith("#")} == {
        "listener 1883",
        "allow_anonymous false",
        "password_file /etc/mosquitto/passwords",
        f"acl_file /etc/mosquitto/{ACL.name}",
    }
