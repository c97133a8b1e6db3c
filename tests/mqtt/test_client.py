"""A short visit to a real broker."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.errors import BrokerError, EdgeError
from edge.mqtt.ask import ask
from edge.mqtt.broker_address import read_address
from edge.mqtt.client import Client, DeniedError
from edge.mqtt.message import Message
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, free_port, open_files, wait_until
from tests.mqtt.certificates import Authority
from tests.mqtt.scripted import ScriptedBroker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Received
    from tests.mqtt.scripted import Peer


def address_of(broker: Broker, protocol: str = "auto") -> Address:
    return read_address(MqttSettings(host=broker.host, port=broker.port, protocol=protocol))  # type: ignore[arg-type]


def at(port: int) -> Address:
    return read_address(MqttSettings(host="127.0.0.1", port=port))


@contextmanager
def listening(address: Address, topics: Sequence[str], take: Callable[[Received], object]) -> Iterator[Client]:
    """As somebody who watches: whatever happens, it goes on."""
    with Client(address, "test", take, reconnects=True) as client:
        for topic in topics:
            client.subscribe(topic)
        yield client


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
    with (
        Broker(tmp_path, options=[f"acl_file {rules}"]) as broker,
        Client(address_of(broker, "5"), "test", lambda _: None) as client,
        pytest.raises(BrokerError, match=r"does not let us publish on a/b .*acl_file"),
    ):
        client.publish(Message("a/b", b"x", qos=1))


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


def test_messages_are_passed_on_also_after_the_broker_was_away(broker: Broker) -> None:
    taken: list[tuple[str, bytes]] = []
    with listening(
        address_of(broker), ["edge/+/#"], lambda message: taken.append((message.topic, message.payload))
    ) as client:
        publish.single("edge/pi/pose", b"1", port=broker.port, hostname=broker.host)
        wait_until(lambda: taken == [("edge/pi/pose", b"1")], "the message is passed on")
        broker.stop()
        wait_until(lambda: "was lost" in client.notice, "the notice says that the connection is lost")
        broker.start()
        wait_until(lambda: not client.notice, "the connection is made again")
        wait_until(lambda: _arrives(broker, taken), "messages are passed on again")


def _arrives(broker: Broker, taken: list[tuple[str, bytes]]) -> bool:
    publish.single("edge/pi/pose", b"2", port=broker.port, hostname=broker.host)
    return ("edge/pi/pose", b"2") in taken


def test_who_is_refused_is_told_what_to_check(locked_broker: Broker) -> None:
    address = address_of(locked_broker)
    with pytest.raises(BrokerError, match=r"refused .*mqtt\.username"), listening(address, ["#"], print):
        pass


def test_a_port_at_which_nobody_listens_is_named() -> None:
    port = free_port()
    with (
        pytest.raises(BrokerError, match=rf"127\.0\.0\.1:{port} .*mqtt\.port"),
        listening(at(port), ["#"], print),
    ):
        pass


def test_who_does_not_speak_mqtt_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.mqtt.session.ANSWER_V5_S", 0.2)
    monkeypatch.setattr("edge.mqtt.session._BEFORE_PAHO", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(BrokerError, match="has not answered"), listening(at(port), ["#"], print):
            pass


def test_an_encrypted_broker_is_listened_to_when_it_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.issue("broker")
    with Broker(tmp_path, options=(f"certfile {own.cert}", f"keyfile {own.key}")) as broker:
        settings = MqttSettings(host="127.0.0.1", port=broker.port, tls=True)
        with listening(read_address(replace(settings, ca_file=str(authority.cert))), ["#"], print) as client:
            assert not client.notice
        with pytest.raises(BrokerError, match="certificate"), listening(read_address(settings), ["#"], print):
            pass


def test_a_huge_message_is_not_read_and_the_rest_is_heard(broker: Broker) -> None:
    """With MQTT 5 the broker holds it back; with 3.1.1 the connection is given up, and the notice says why."""
    taken: list[str] = []
    address = replace(address_of(broker), protocol="3.1.1")
    with (
        listening(address_of(broker), ["edge/+/#"], lambda message: taken.append(message.topic)) as client,
        listening(address, ["edge/+/#"], print) as old,
    ):
        publish.single("edge/pi/pose", bytes(5_000_000), port=broker.port, hostname=broker.host)
        wait_until(lambda: "a message of 5000014 bytes on 'edge/pi/pose'" in old.notice, "told")
        publish.single("edge/pi/event", b"{}", port=broker.port, hostname=broker.host)
        wait_until(lambda: taken == ["edge/pi/event"], "what is small is passed on")
        assert not client.notice
        wait_until(lambda: not old.notice, "connected again")


def test_a_broker_that_allows_no_listening_is_named() -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        while True:
            peer.answer(peer.read(), suback=0x80)

    with (
        ScriptedBroker(talk) as stub,
        pytest.raises(BrokerError, match="does not let us subscribe to edge/#"),
        listening(at(stub.port), ["edge/#"], print),
    ):
        pass


def test_a_broker_that_hangs_does_not_hold_up_the_end(broker: Broker) -> None:
    with listening(address_of(broker), ["#"], print) as client:
        broker.freeze()
    assert not client._thread.is_alive()


def test_the_sockets_are_closed(broker: Broker) -> None:
    before = open_files()
    client = Client(address_of(broker), "test", print)  # kept here, so that Python does not tidy up for it
    with client:
        assert open_files() > before
    assert open_files() == before


def test_a_denial_says_why_and_costs_no_other_topic() -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        peer.answer(peer.read(), suback=0x87)
        while True:
            peer.answer(peer.read())

    with ScriptedBroker(talk) as stub, Client(at(stub.port), "test", print) as client:
        with pytest.raises(DeniedError, match="does not let us subscribe to a") as denied:
            client.subscribe("a")
        client.subscribe("b")
        assert denied.value.reason == "Not authorized"
        assert not client.failure


def test_a_message_that_cannot_be_taken_is_told_and_the_next_is(broker: Broker) -> None:
    taken: list[bytes] = []

    def take(message: Received) -> None:
        taken.append(b"%d" % (1 // len(message.payload)))

    with Client(address_of(broker), "test", take) as client:
        client.subscribe("a")
        client.publish(Message("a", b"", qos=1))
        client.publish(Message("a", b"1", qos=1))
        wait_until(lambda: taken == [b"1"], "the next one")
        assert client.notice.startswith("a message on 'a' could not be shown (ZeroDivisionError(")


def test_an_answer_that_does_not_come_is_not_waited_for_long() -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        while True:
            peer.read()

    with (
        ScriptedBroker(talk) as stub,
        Client(at(stub.port), "test", print, answer_s=0.5) as client,
        pytest.raises(BrokerError, match=r"has not answered for 0\.5 s"),
    ):
        client.subscribe("a")
