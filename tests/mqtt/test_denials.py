"""A broker that does not allow something, or cannot, is named with what to do; all else goes on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from edge.mqtt.broker_address import Address
from edge.mqtt.connection import Connection
from edge.mqtt.message import Message
from tests.broker import Broker, Subscriber, wait_until
from tests.mqtt.scripted import CONNECT, SUBSCRIBE, ScriptedBroker, packed
from tests.mqtt.test_connection import Callbacks, quick
from tests.mqtt.test_protocol import connecting

if TYPE_CHECKING:
    from pathlib import Path

    from edge.mqtt.broker_address import Protocol
    from tests.broker import Place
    from tests.mqtt.scripted import Packet, Peer

REQUESTS = "edge/pi/request/#"


def listening(place: Place, callbacks: Callbacks, protocol: Protocol) -> Connection:
    connection = Connection(
        Address(place.host, place.port, keepalive_s=30, protocol=protocol, username="edge"),
        "pi",
        "edge/pi/availability",
        callbacks,
        quick(),
    )
    connection.subscribe(REQUESTS, print)
    connection.start()
    return connection


def denying(peer: Peer, code: int = 0x80) -> None:
    """Take everything but the subscription to requests."""
    peer.accept()
    while True:
        packet = peer.read()
        is_request = packet.kind == SUBSCRIBE and b"request" in packet.rest
        peer.answer(packet, suback=code if is_request else 1)


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_subscription_that_is_denied_is_told_once(protocol: Protocol, caplog: pytest.LogCaptureFixture) -> None:
    callbacks = Callbacks()
    with ScriptedBroker(denying) as stub:
        connection = listening(stub, callbacks, protocol)
        for count in (1, 2):
            wait_until(lambda: len(callbacks.sessions) == count and connection.notices(), "told")  # noqa: B023
            callbacks.sessions[-1].cut()
        connection.close()
    told = f"does not let us subscribe to {REQUESTS} (Unspecified error); allow it to user 'edge' there"
    assert caplog.text.count(told) == 1


def test_stats_of_our_own_that_may_not_be_read_are_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """That is a line for those who look for one; with a link that comes and goes it shall not fill the log."""
    caplog.set_level("INFO")

    def talk(peer: Peer) -> None:
        peer.accept()
        while True:
            peer.answer(peer.read(), suback=0x80)

    callbacks = Callbacks()
    with ScriptedBroker(talk) as stub, connecting(stub, callbacks) as connection:
        for count in (1, 2, 3):
            wait_until(lambda: len(callbacks.sessions) == count, "connected")  # noqa: B023
            wait_until(lambda: "a second appliance of this name is not noticed" in caplog.text, "told")
            callbacks.sessions[-1].cut()
        wait_until(lambda: len(callbacks.sessions) > count, "connected again")
        assert connection.notices() == []
    assert caplog.text.count("a second appliance of this name is not noticed") == 1


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_an_answer_that_nobody_waits_for_is_no_denial(protocol: Protocol, caplog: pytest.LogCaptureFixture) -> None:
    def talk(peer: Peer) -> None:
        peer.accept()
        unasked = b"\xff\xfe"
        peer.send(packed(0x90, unasked + (b"\0" if peer.version == 5 else b"") + b"\x80"))
        peer.send(packed(0x40, unasked))
        peer.serve()

    callbacks = Callbacks()
    with ScriptedBroker(talk) as stub, connecting(stub, callbacks, protocol) as connection:
        wait_until(lambda: callbacks.sessions, "connected")
        number = callbacks.sessions[0].send(Message("edge/pi/event", b"{}", qos=1))
        wait_until(lambda: (callbacks.sessions[0], number, True) in callbacks.answers, "goes on")
        assert connection.notices() == []
    assert "does not let us" not in caplog.text


@pytest.mark.parametrize("code", [0x80, 0x83, 0x87, 0x8F, 0x97, 0x9E, 0xA1, 0xA2])
def test_whatever_reason_a_broker_has_against_a_subscription_is_told(
    code: int, caplog: pytest.LogCaptureFixture
) -> None:
    callbacks = Callbacks()
    with ScriptedBroker(partial(denying, code=code)) as stub:
        connection = listening(stub, callbacks, "5")
        wait_until(connection.notices, "told")
        assert callbacks.sessions[0].alive
        connection.close()
    assert f"does not let us subscribe to {REQUESTS}" in caplog.text


def test_the_broker_s_own_words_are_shown(caplog: pytest.LogCaptureFixture) -> None:
    words = b"\x1f\x00\x0bask\x07 Ms Lee"  # the property 0x1f: a text of 11 bytes

    def talk(peer: Peer) -> None:
        peer.accept()
        while True:
            packet = peer.read()
            if packet.kind == SUBSCRIBE:
                peer.send(packed(0x90, packet.number + bytes([len(words)]) + words + b"\x87"))
            else:
                peer.answer(packet)

    callbacks = Callbacks()
    with ScriptedBroker(talk) as stub:
        connection = listening(stub, callbacks, "5")
        wait_until(connection.notices, "told")
        connection.close()
    assert "(Not authorized: ask  Ms Lee)" in caplog.text


@pytest.mark.parametrize(("option", "told"), [("max_qos 0", "no QoS 1"), ("retain_available false", "keeps no mess")])
def test_a_broker_that_can_do_less_gets_what_it_can(
    tmp_path: Path, option: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    callbacks = Callbacks()
    with (
        Broker(tmp_path, options=[option]) as broker,
        Subscriber(broker, qos=0) as subscriber,
        connecting(broker, callbacks) as connection,
    ):
        wait_until(lambda: callbacks.sessions, "connected")
        session = callbacks.sessions[0]
        number = session.send(Message("edge/pi/event", b"{}", qos=1, retain=True))
        subscriber.wait_for("/event")
        wait_until(lambda: (session, number, True) in callbacks.answers, "settled")
        assert session.alive
        assert told in connection.notices()[0]
    assert caplog.text.count(told) == 1


@pytest.mark.parametrize("option", ["max_qos 0", "retain_available false"])
def test_a_broker_that_cannot_say_what_it_minds_is_asked_in_mqtt_5(tmp_path: Path, option: str) -> None:
    with (
        Broker(tmp_path, options=[option]) as broker,
        connecting(broker, Callbacks(), "3.1.1") as connection,
    ):
        wait_until(lambda: connection.link.error, "told")
        assert 'set mqtt.protocol = "auto"' in connection.link.error


def test_a_last_will_is_changed_as_far_as_the_broker_wants(caplog: pytest.LogCaptureFixture) -> None:
    """First it minds that the will is kept, then its QoS."""
    flags: list[int] = []

    def talk(peer: Peer) -> None:
        flags.append(peer.connect.rest[7])
        if flags[-1] & 0x20:
            peer.send(packed(0x20, b"\x00\x9a\x00"))
        elif flags[-1] & 0x18:
            peer.send(packed(0x20, b"\x00\x9b\x00"))
        else:
            peer.accept(b"\x24\x00\x25\x00")
            peer.serve()

    with ScriptedBroker(talk) as stub, connecting(stub, Callbacks(), "5") as connection:
        wait_until(lambda: connection.link.state == "connected", "connected")
    assert [flag & 0x38 for flag in flags] == [0x28, 0x08, 0x00]
    assert "trying again" not in caplog.text


def test_a_broker_that_minds_what_is_not_there_is_no_endless_loop() -> None:
    attempts: list[Packet] = []

    def talk(peer: Peer) -> None:
        attempts.append(peer.connect)
        peer.send(packed(0x20, b"\x00\x9a\x00"))

    with ScriptedBroker(talk) as stub, connecting(stub, Callbacks(), "5") as connection:
        wait_until(lambda: connection.link.error, "told")
        assert "Retain not supported" in connection.link.error
        assert connection.link.state == "refused"
    assert all(packet.first == CONNECT for packet in attempts)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (0x85, "choose another name"),
        (0x9C, "set mqtt.host"),
        (0x9D, "set mqtt.host"),
        (0x97, "raise its limit"),
        (0x86, "check mqtt.username"),
        (0xEE, "is no MQTT broker"),  # a code that there is not
    ],
)
def test_a_refusal_is_one_sentence_with_what_to_do(code: int, told: str, caplog: pytest.LogCaptureFixture) -> None:
    with (
        ScriptedBroker(lambda peer: peer.send(packed(0x20, bytes([0, code, 0])))) as stub,
        connecting(stub, Callbacks(), "5") as connection,
    ):
        wait_until(lambda: connection.link.error, "told")
        assert told in connection.link.error
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("code", [0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x93, 0x94, 0x96, 0x98, 0x9C, 0x9D, 0xA0, 0xEE])
def test_a_farewell_is_one_sentence_and_we_come_back(code: int, caplog: pytest.LogCaptureFixture) -> None:
    visits: list[int] = []

    def talk(peer: Peer) -> None:
        visits.append(peer.version)
        peer.accept()
        if len(visits) == 1:
            while peer.read().kind != SUBSCRIBE:
                pass
            peer.send(packed(0xE0, bytes([code, 0])))
        peer.serve()

    callbacks = Callbacks()
    with ScriptedBroker(talk) as stub, connecting(stub, callbacks, "5") as connection:
        wait_until(lambda: len(callbacks.sessions) == 2 and connection.link.state == "connected", "connected again")
    (told,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "the connection to the MQTT broker at" in told
    assert "Traceback" not in caplog.text
