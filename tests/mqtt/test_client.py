"""A short visit to a real broker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from edge.errors import BrokerError, EdgeError
from edge.mqtt.address import read_address
from edge.mqtt.ask import ask
from edge.mqtt.client import Client
from edge.mqtt.message import Message
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, free_port, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from edge.mqtt.address import Address
    from edge.mqtt.message import Received


def address_of(broker: Broker, protocol: str = "auto") -> Address:
    return read_address(MqttSettings(host=broker.host, port=broker.port, protocol=protocol))  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_is_published_arrives_and_what_is_kept_is_told(broker: Broker, protocol: str) -> None:
    taken: list[Received] = []
    with Client(address_of(broker, protocol), "test", taken.append) as client:
        client.publish(Message("a/b", b"kept", qos=1, retain=True))
        for number in range(50):  # each is answered, however soon
            client.subscribe(f"a/{number}")
        client.subscribe("a/b")
        wait_until(lambda: taken, "the message")
    assert [(message.topic, message.payload, message.retained) for message in taken] == [("a/b", b"kept", True)]


def test_a_broker_that_is_not_there_or_leaves_is_named(broker: Broker) -> None:
    nowhere = read_address(MqttSettings(host="127.0.0.1", port=free_port()))
    with pytest.raises(BrokerError, match="cannot reach"), Client(nowhere, "test", lambda _: None):
        pass
    with Client(address_of(broker), "test", lambda _: None) as client:
        broker.stop()
        with pytest.raises(BrokerError):
            client.publish(Message("a", b"", qos=1))


def test_what_the_rules_forbid_is_said(tmp_path: Path) -> None:
    rules = tmp_path / "acl"
    rules.write_text("topic read a/#\n")
    broker = Broker(tmp_path, options=[f"acl_file {rules}"])
    broker.start()
    try:
        with (
            Client(address_of(broker, "5"), "test", lambda _: None) as client,
            pytest.raises(BrokerError, match=r"does not let us publish on a/b .*acl_file"),
        ):
            client.publish(Message("a/b", b"x", qos=1))
    finally:
        broker.stop()


def test_a_device_that_does_not_answer_is_named(broker: Broker) -> None:
    with pytest.raises(EdgeError, match=r"nobody has answered on edge/hall/response/state .* mqtt.control"):
        ask(address_of(broker), "edge/hall/", "state", timeout_s=0.2)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b'{"transaction": "%s", "ok": false, "error": {"message": "no"}}', "^no$"),
        (b'{"transaction": "%s", "ok": true}', "cannot be understood"),
        (b'{"transaction": "%s", "ok": 1, "result": {}}', "cannot be understood"),
        (b'{"transaction": "%s", "error": 3}', "cannot be understood"),
        (b"[" * 100_000, "nobody has answered"),
        (b'{"transaction": "of somebody else", "ok": true, "result": {}}', "nobody has answered"),
    ],
)
def test_an_odd_answer_is_an_error(broker: Broker, answer: bytes, sentence: str) -> None:
    with Subscriber(broker, "edge/hall/request/#") as hall:
        hall_client = hall._client

        def on_message(_client: object, _userdata: object, message: object) -> None:
            transaction = json.loads(getattr(message, "payload", b""))["transaction"]
            hall_client.publish("edge/hall/response/state", answer.replace(b"%s", transaction.encode()), qos=1)

        hall_client.on_message = on_message
        with pytest.raises(EdgeError, match=sentence):
            ask(address_of(broker), "edge/hall/", "state", timeout_s=1.0)
