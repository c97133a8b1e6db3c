from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.errors import BrokerError
from edge.mqtt.address import read_address
from edge.mqtt.settings import MqttSettings
from edge.watch.listener import Listener
from tests.broker import Broker, free_port, wait_until
from tests.mqtt.certificates import Authority
from tests.mqtt.scripted import ScriptedBroker

if TYPE_CHECKING:
    from pathlib import Path

    from edge.mqtt.address import Address
    from tests.mqtt.scripted import Peer


def address_of(port: int) -> Address:
    return read_address(MqttSettings(host="127.0.0.1", port=port))


def test_messages_are_passed_on_also_after_the_broker_was_away(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    broker.start()
    taken: list[tuple[str, bytes]] = []
    with Listener(address_of(broker.port), ["edge/+/#"], lambda *message: taken.append(message)) as listener:
        publish.single("edge/pi/pose", b"1", port=broker.port, hostname=broker.host)
        wait_until(lambda: taken == [("edge/pi/pose", b"1")], "the message is passed on")
        broker.stop()
        wait_until(lambda: "was lost" in listener.notice, "the notice says that the connection is lost")
        broker.start()
        wait_until(lambda: not listener.notice, "the connection is made again")
        wait_until(lambda: _arrives(broker, taken), "messages are passed on again")
    broker.stop()


def _arrives(broker: Broker, taken: list[tuple[str, bytes]]) -> bool:
    publish.single("edge/pi/pose", b"2", port=broker.port, hostname=broker.host)
    return ("edge/pi/pose", b"2") in taken


def test_who_is_refused_is_told_what_to_check(tmp_path: Path) -> None:
    broker = Broker(tmp_path, users={"edge": "secret"})
    broker.start()
    with pytest.raises(BrokerError, match=r"refused .*mqtt\.username"), Listener(address_of(broker.port), ["#"], print):
        pass
    broker.stop()


def test_a_port_at_which_nobody_listens_is_named() -> None:
    port = free_port()
    with (
        pytest.raises(BrokerError, match=rf"127\.0\.0\.1:{port} .*mqtt\.port"),
        Listener(address_of(port), ["#"], print),
    ):
        pass


def test_who_does_not_speak_mqtt_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.mqtt.session.ANSWER_V5_S", 0.2)
    monkeypatch.setattr("edge.mqtt.session._BEFORE_PAHO", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(BrokerError, match="has not answered"), Listener(address_of(port), ["#"], print):
            pass


def test_an_encrypted_broker_is_listened_to_when_it_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.issue("broker")
    broker = Broker(tmp_path, options=(f"certfile {own.cert}", f"keyfile {own.key}"))
    broker.start()
    settings = MqttSettings(host="127.0.0.1", port=broker.port, tls=True)
    with Listener(read_address(replace(settings, ca_file=str(authority.cert))), ["#"], print) as listener:
        assert not listener.notice
    with pytest.raises(BrokerError, match="certificate"), Listener(read_address(settings), ["#"], print):
        pass
    broker.stop()


def test_a_huge_message_is_not_read_and_the_rest_is_heard(tmp_path: Path) -> None:
    """With MQTT 5 the broker holds it back; with 3.1.1 the connection is given up, and the notice says why."""
    broker = Broker(tmp_path)
    broker.start()
    taken: list[str] = []
    address = replace(address_of(broker.port), protocol="3.1.1")
    with (
        Listener(address_of(broker.port), ["edge/+/#"], lambda topic, _: taken.append(topic)) as listener,
        Listener(address, ["edge/+/#"], print) as old,
    ):
        publish.single("edge/pi/pose", bytes(5_000_000), port=broker.port, hostname=broker.host)
        wait_until(lambda: "a message of 5000014 bytes on 'edge/pi/pose'" in old.notice, "told")
        publish.single("edge/pi/event", b"{}", port=broker.port, hostname=broker.host)
        wait_until(lambda: taken == ["edge/pi/event"], "what is small is passed on")
        assert not listener.notice
        wait_until(lambda: not old.notice, "connected again")
    broker.stop()


def test_a_broker_that_allows_no_listening_is_named() -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        while True:
            peer.answer(peer.read(), suback=0x80)

    with (
        ScriptedBroker(talk) as stub,
        pytest.raises(BrokerError, match="does not let us subscribe to edge/#"),
        Listener(address_of(stub.port), ["edge/#"], print),
    ):
        pass


def test_a_broker_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    broker.start()
    with Listener(address_of(broker.port), ["#"], print) as listener:
        broker.freeze()
    assert not listener._thread.is_alive()
    broker.kill()
