"""Which version of MQTT is spoken with whom."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import pytest

from edge.mqtt.broker_address import Address
from edge.mqtt.connection import Connection
from edge.mqtt.message import Message
from tests.broker import Subscriber, free_port, wait_until
from tests.mqtt.test_connection import Callbacks, quick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.mqtt.broker_address import Protocol
    from tests.broker import Broker, Place

OLD, NEW = 4, 5
"""What stands in CONNECT for 3.1.1 and 5."""
ACCEPTED = bytes.fromhex("20020000")


@contextmanager
def connecting(place: Place, callbacks: Callbacks, protocol: Protocol = "auto") -> Iterator[Connection]:
    address = Address(place.host, place.port, keepalive_s=30, protocol=protocol)
    connection = Connection(address, "pi", "edge/pi/availability", callbacks, quick())
    connection.start()
    try:
        yield connection
    finally:
        connection.close()


@dataclass
class Stub:
    """A server that answers to a CONNECT of each version with fixed bytes (none: it hangs up), and reads on."""

    answers: dict[int, bytes]
    host: str = "127.0.0.1"
    versions: list[int] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = socket.create_server((self.host, 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            with link:
                version = link.recv(1000)[8]  # after the fixed header, the length of "MQTT" and "MQTT"
                self.versions.append(version)
                with suppress(ConnectionError):
                    self._talk(link, self.answers[version])

    def _talk(self, link: socket.socket, answer: bytes) -> None:
        if answer:
            link.sendall(answer)
            while link.recv(1000):
                pass


def test_mqtt_5_is_spoken_where_it_is_understood(broker: Broker) -> None:
    callbacks = Callbacks()
    with connecting(broker, callbacks), Subscriber(broker, protocol=NEW) as subscriber:
        wait_until(lambda: callbacks.sessions, "connected")
        session = callbacks.sessions[0]
        assert session.is_v5
        assert session.capabilities.receive_maximum == 20  # what mosquitto says
        session.send(Message("edge/pi/pose", b"{}", expiry_s=5))
        session.send(Message("edge/pi/stats", b"{}"))
        assert subscriber.wait_for("/pose")[0].expiry_s in {4, 5}  # less what it has waited for
        assert subscriber.wait_for("/stats")[0].expiry_s is None


@pytest.mark.parametrize(
    "refusal",
    ["20020001", "2003008400", ""],
    ids=["a code of 3.1.1", "a code of 5", "hangs up"],
)
def test_a_broker_that_does_not_know_mqtt_5_is_asked_for_the_older_at_once(refusal: str) -> None:
    callbacks = Callbacks()
    with Stub({NEW: bytes.fromhex(refusal), OLD: ACCEPTED}) as stub, connecting(stub, callbacks) as connection:
        wait_until(lambda: connection.link.state == "connected", "connected")
        assert stub.versions == [NEW, OLD]
        assert not callbacks.sessions[0].is_v5
        assert callbacks.sessions[0].send(Message("edge/pi/pose", b"{}", expiry_s=5))


def test_a_broker_that_knows_neither_is_named() -> None:
    answers = {NEW: bytes.fromhex("2003008400"), OLD: bytes.fromhex("20020001")}
    with Stub(answers) as stub, connecting(stub, Callbacks()) as connection:
        wait_until(lambda: connection.link.error, "an error")
        wait_until(lambda: stub.versions[:4] == [NEW, OLD] * 2, "tried again")
        assert "knows neither" in connection.link.error


def test_what_is_no_mqtt_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.mqtt.session.ANSWER_V5_S", 0.2)
    monkeypatch.setattr("edge.mqtt.session._BEFORE_PAHO", 0.2 / 30)
    garbage = b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20
    with Stub({NEW: garbage, OLD: garbage}) as stub, connecting(stub, Callbacks()) as connection:
        wait_until(lambda: len(stub.versions) >= 4, "tried again and again")
        assert connection.link.state == "away"


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.mqtt.session.ANSWER_V5_S", 0.1)
    monkeypatch.setattr("edge.mqtt.session._BEFORE_PAHO", 0.2 / 30)
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = Stub({})
        place.port = server.getsockname()[1]
        with connecting(place, Callbacks()) as connection:
            wait_until(lambda: "took the connection but has not answered for 0.2 s" in connection.link.error, "said")


@contextmanager
def python_broker() -> Iterator[Place]:
    """A broker that only knows 3.1.1."""
    pytest.importorskip("amqtt")
    place = Stub({})
    place.port = free_port()
    command = [sys.executable, "-m", "edge.demo.python_broker", str(os.getpid()), str(place.port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: _is_open(place), "it takes connections")
            yield place
        finally:
            process.terminate()


def _is_open(place: Place) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex((place.host, place.port)) == 0


@pytest.mark.parametrize(("protocol", "versions"), [("5", {NEW}), ("3.1.1", {OLD})])
def test_only_the_version_that_is_asked_for_is_tried(protocol: Protocol, versions: set[int]) -> None:
    with Stub({NEW: b"", OLD: b""}) as stub, connecting(stub, Callbacks(), protocol):
        wait_until(lambda: len(stub.versions) >= 3, "tried again and again")
        assert set(stub.versions) == versions


def test_a_real_broker_of_the_older_version_is_found() -> None:
    callbacks = Callbacks()
    with python_broker() as place, connecting(place, callbacks):
        wait_until(lambda: callbacks.sessions, "connected")
        assert not callbacks.sessions[0].is_v5
        with Subscriber(place) as subscriber:
            assert callbacks.sessions[0].send(Message("edge/pi/event", b"{}", qos=1))
            subscriber.wait_for("/event")
