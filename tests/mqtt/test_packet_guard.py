"""What a broker must not send: too much, or what is no MQTT."""

from __future__ import annotations

import struct
import threading
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.mqtt.broker_address import Address
from edge.mqtt.connection import Connection
from edge.mqtt.message import Message
from edge.mqtt.packet_guard import INCOMING_LIMIT_BYTES, PACKET_S, PacketGuard, UnwantedPacketError
from tests.broker import Subscriber, wait_until
from tests.mqtt.scripted import ScriptedBroker, packed, publish_packet
from tests.mqtt.test_connection import Callbacks, quick
from tests.mqtt.test_protocol import connecting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.mqtt.message import Received
    from tests.broker import Broker
    from tests.mqtt.scripted import Peer

CONNACK = bytes.fromhex("20020000")
HUGE = 200_000_000


def guard(*, is_v5: bool = False, connected: bool = True) -> PacketGuard:
    made = PacketGuard(is_v5=is_v5, limit_bytes=INCOMING_LIMIT_BYTES)
    if connected:
        feed(made, CONNACK)
    return made


def feed(guard: PacketGuard, data: bytes) -> None:
    """Read a stream as paho does: the header byte by byte, the rest in pieces."""
    while data:
        size = guard.room(1)
        guard.take(data[:size])
        data = data[size:]


@pytest.mark.parametrize(
    "packets",
    [
        publish_packet("a", b"x" * 100),
        publish_packet("a", b"x" * (INCOMING_LIMIT_BYTES - 3)),
        bytes.fromhex("40020001") * 3,
        bytes.fromhex("9003000101d000") + publish_packet("t", b""),
    ],
    ids=["a message", "the longest message", "answers", "a subscription, a ping, a message"],
)
@pytest.mark.parametrize("is_v5", [False, True], ids=["3.1.1", "5"])
def test_what_a_broker_may_send_passes(packets: bytes, *, is_v5: bool) -> None:
    feed(guard(is_v5=is_v5), packets)


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        (publish_packet("homeassistant/status", b"x" * INCOMING_LIMIT_BYTES), "bytes on 'homeassistant/status'"),
        (b"\x40\x54TTP/1.1 400 Bad Request", "0x40 of 84 bytes"),
        (b"\x30\xff\xff\xff\xff\x01", "more than four bytes"),
        (b"\x34\x06\x00\x01a\x00\x01x", "0x34"),  # QoS 2, which nobody has asked for
        (b"\x36\x06\x00\x01a\x00\x01x", "0x36"),  # QoS 3
        (b"\x10\x00", "0x10"),  # only clients connect
        (b"\x00\x00", "0x00"),
        (b"\x62\x02\x00\x01", "0x62"),
        (b"\xd0\x01x", "0xd0 of 1 bytes"),
        (b"\x30\x02\x00\x00", "0x30 of 2 bytes"),
        (b"\xe0\x00", "0xe0"),  # in 3.1.1 a broker says no farewell
        (CONNACK, "0x20"),  # a second one
    ],
)
def test_what_none_may_send_is_not_read(packet: bytes, told: str) -> None:
    with pytest.raises(UnwantedPacketError, match=told):
        feed(guard(), packet)


@pytest.mark.parametrize("first", [b"H", b"\x30", b"\xe0", b"\xd0"])
def test_the_first_packet_is_the_answer_to_connect(first: bytes) -> None:
    with pytest.raises(UnwantedPacketError, match=f"0x{first[0]:02x}"):
        feed(guard(connected=False), first)


def test_of_a_message_that_is_too_large_only_the_topic_is_read() -> None:
    watched = guard()
    with pytest.raises(UnwantedPacketError) as caught:
        feed(watched, b"\x30\x80\x84\xaf\x5f" + b"\x00\x05hello" + bytes(100))
    assert caught.value.topic == "hello"


def test_a_packet_that_does_not_end_is_overdue() -> None:
    now_s = [0.0]
    watched = PacketGuard(is_v5=True, limit_bytes=INCOMING_LIMIT_BYTES, clock_s=lambda: now_s[0])
    feed(watched, CONNACK)
    now_s[0] = 100.0
    watched.check_time()  # between two packets it may be silent for ever
    feed(watched, publish_packet("a", b"x" * 100)[:-1])
    now_s[0] += PACKET_S
    watched.check_time()
    now_s[0] += 0.1
    with pytest.raises(UnwantedPacketError, match="does not end"):
        watched.check_time()
    feed(watched, b"x")
    watched.check_time()


# On the real link.


def first_garbage(garbage: bytes, visits: list[int], peer: Peer) -> None:
    """Send garbage to who comes first, and serve all later ones."""
    visits.append(peer.version)
    peer.accept()
    if len(visits) == 1:
        peer.send(garbage)
    peer.serve()


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff" * 50,
        b"\0" * 50,
        packed(0x30, b"\xff\xff" + b"topic shorter than it says"),
        packed(0x30, struct.pack("!H", 2) + b"\xc3\x28" + b"no UTF-8"),
        packed(0x90, b"\x00\x01\x00\x95"),  # a code that is none for a subscription
        packed(0x40, b"\x00\x01\x87\xff\xff"),
        publish_packet("", b"an alias that nobody has agreed on"),
        publish_packet("edge/pi/stats", bytes(300_000)),
        b"\x30\xff\xff\xff\x7f\x00\x01a",  # 256 MB are announced
    ],
    ids=["web", "ones", "zeros", "topic", "text", "code", "properties", "alias", "large", "announced"],
)
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_garbage_ends_the_connection_at_once_and_is_told(
    garbage: bytes, protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    visits: list[int] = []
    callbacks = Callbacks()
    with (
        ScriptedBroker(partial(first_garbage, garbage, visits)) as stub,
        connecting(stub, callbacks, protocol) as connection,  # type: ignore[arg-type]
    ):
        wait_until(lambda: len(callbacks.sessions) == 2 and connection.link.state == "connected", "connected again")
        assert callbacks.sessions[1].alive
    assert "was ended, for it sends " in caplog.text
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.exc_info and record.levelname != "DEBUG"]


def test_a_message_that_is_kept_and_too_large_does_not_keep_the_link_down(broker: Broker) -> None:
    """MQTT 3.1.1 has no way to say what is too large, and the broker sends it on every connection."""
    requests: list[Received] = []
    callbacks = Callbacks()
    with Subscriber(broker) as other:
        _publish_retained(broker, "homeassistant/status", bytes(1_000_000))
        with subscribed(broker, callbacks, {"homeassistant/status": print, "edge/pi/request/#": requests.append}):
            wait_until(lambda: len(callbacks.sessions) == 2 and callbacks.sessions[1].alive, "connected for good")
            while not requests:  # until the subscription has come to the broker
                other.publish("edge/pi/request/state", b"1")
                time.sleep(0.01)
            time.sleep(0.3)
            assert len(callbacks.sessions) == 2


def test_a_huge_message_takes_no_memory_and_holds_nothing_up() -> None:
    """What follows the length is sent without an end; what is said meanwhile still arrives."""
    arrived, stop = threading.Event(), threading.Event()
    visits: list[int] = []

    def talk(peer: Peer) -> None:
        visits.append(peer.version)
        peer.accept()
        if len(visits) == 1:
            peer.send(b"\x30\x80\x84\xaf\x5f\x00\x14homeassistant/status")
            while not stop.is_set():
                peer.send(bytes(1_000_000))
        while True:
            packet = peer.read()
            if packet.kind == 0x30 and packet.topic == "edge/pi/pose":
                arrived.set()
            peer.answer(packet)

    callbacks = Callbacks()
    before_kb = memory_kb()
    with ScriptedBroker(talk) as stub, connecting(stub, callbacks, "3.1.1"):
        wait_until(lambda: len(callbacks.sessions) == 2, "connected again")
        callbacks.sessions[1].send(Message("edge/pi/pose", b"{}"))
        assert arrived.wait(10)
        stop.set()
    assert memory_kb() - before_kb < 10_000


@contextmanager
def subscribed(broker: Broker, callbacks: Callbacks, handlers: dict[str, object]) -> Iterator[None]:
    address = Address(broker.host, broker.port, keepalive_s=30, protocol="3.1.1")
    connection = Connection(address, "pi", "edge/pi/availability", callbacks, quick())
    for topic, handler in handlers.items():
        connection.subscribe(topic, handler)  # type: ignore[arg-type]
    connection.start()
    try:
        yield
    finally:
        connection.close()


def _publish_retained(broker: Broker, topic: str, payload: bytes) -> None:
    publish.single(topic, payload, qos=1, retain=True, hostname=broker.host, port=broker.port)


def memory_kb() -> int:
    """The highest resident memory of this process so far."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError
