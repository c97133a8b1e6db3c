"""What comes in far too great number, by the bytes and over a real broker."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from paho.mqtt.client import MQTTv5, MQTTv311

from edge.config.sections import Settings
from edge.daemon.mqtt_sink import MqttSink
from edge.messages.request import Response
from edge.mqtt.broker_address import read_address
from edge.mqtt.client import Client
from edge.mqtt.flood import BURST, RATE_HZ, FloodLimiter
from edge.mqtt.message import Message
from edge.mqtt.session import Session
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, free_port, wait_until
from tests.clock import Clock
from tests.mqtt.certificates import Authority
from tests.mqtt.samples import RUN_ID, people_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.messages.request import Request
    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Received
    from edge.mqtt.session import SessionEnd

REQUESTS, STATUS = "edge/pi/request/#", "homeassistant/status"


def flooded(subscription: str = REQUESTS, clock: Clock | None = None) -> FloodLimiter:
    """A limiter behind which too much has come on one of two subscriptions."""
    limiter = FloodLimiter(clock or Clock())
    limiter.watch(REQUESTS)
    limiter.watch(STATUS)
    while limiter.is_calm:
        limiter.admits(subscription)
    return limiter


def message(topic: str = "edge/pi/request/state", payload: bytes = b"{}", *, first: int = 0x30) -> bytes:
    """A PUBLISH packet; with QoS 1 (0x32) its payload begins with a number."""
    rest = len(topic.encode()).to_bytes(2, "big") + topic.encode() + payload
    length, digits = len(rest), b""
    while length > 127:
        digits += bytes([length & 127 | 128])
        length >>= 7
    return bytes([first]) + digits + bytes([length]) + rest


def sifted(limiter: FloodLimiter, waiting: bytes) -> bytes:
    """What is left to be read."""
    return b"".join(each.packets for each in limiter.sift(waiting))


def test_up_to_the_rate_everything_is_admitted(clock: Clock) -> None:
    limiter = FloodLimiter(clock)
    limiter.watch(REQUESTS)
    for _ in range(1000):
        clock.now_s += 1.01 / RATE_HZ
        assert limiter.admits(REQUESTS)
    assert limiter.is_calm


def test_more_are_not_and_it_is_calm_no_more_until_it_is_looked_again(caplog: pytest.LogCaptureFixture) -> None:
    limiter = FloodLimiter(Clock())
    limiter.watch(REQUESTS)
    assert [limiter.admits(REQUESTS) for _ in range(BURST + 100)] == [True] * BURST + [False] * 100
    assert not limiter.is_calm
    assert caplog.text.count("messages a second on edge/pi/request/#; most are thrown away unread") == 1


def test_it_is_calm_again_when_sifting_finds_few_too_many() -> None:
    limiter = flooded()
    sifted(limiter, message() * 10)
    assert not limiter.is_calm
    sifted(limiter, message() * 3)
    assert limiter.is_calm


def test_sifting_leaves_as_many_as_the_rate_allows(clock: Clock) -> None:
    limiter = flooded(clock=clock)
    clock.now_s += 3.01 / RATE_HZ
    assert sifted(limiter, message() * 10) == message() * 3
    assert [limiter.admits(REQUESTS) for _ in range(4)] == [True, True, True, False]


def test_a_flood_on_one_subscription_costs_another_nothing() -> None:
    limiter = flooded(REQUESTS)
    assert limiter.admits(STATUS)
    limiter = flooded(STATUS)
    assert limiter.admits(REQUESTS)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"x" * 100, b"x" * 300, b"x" * 20_000], ids=["none", "small", "127", "two", "three"]
)
def test_whole_messages_of_the_flood_are_left_out(payload: bytes) -> None:
    limiter = flooded()
    waiting = message(payload=payload) * 10
    assert sifted(limiter, waiting) == b""
    assert sifted(limiter, waiting[:-1]) == message(payload=payload)[:-1]
    assert limiter.discarded == 19


@pytest.mark.parametrize(
    "other",
    [
        message(STATUS, b"online"),
        message("edge/pi/stats"),
        message("edge/pi/request"),
        message("edge/pi2/request/x"),
        b"\x40\x02\x00\x01",
        b"\xd0\x00",
        bytes.fromhex("90030001 01"),
    ],
    ids=["status", "stats", "above", "device", "puback", "pingresp", "suback"],
)
def test_everything_else_is_left_wherever_it_lies(other: bytes) -> None:
    limiter = flooded()
    assert sifted(limiter, message() * 2 + other + message() * 3 + other + message()) == other * 2
    assert limiter.discarded == 6


@pytest.mark.parametrize("begun", [b"\x30", b"\x30\xff\xff\xff\xff", message()[:7], b""])
def test_what_has_not_come_whole_is_left(begun: bytes) -> None:
    assert sifted(flooded(), message() * 2 + begun) == begun


@pytest.mark.parametrize(
    "malformed",
    [b"\x30\xff\xff\xff\xff\x01", b"\x30\x04\x00\x30edge/pi/request/", b"\x32\x11\x00\x10edge/pi/request/x"],
    ids=["length", "topic beyond the end", "no number"],
)
def test_what_is_malformed_is_left_for_the_guard(malformed: bytes) -> None:
    assert sifted(flooded(), message() + malformed).startswith(malformed)


def test_messages_with_qos_1_are_acknowledged_in_their_order() -> None:
    limiter = flooded()
    status = message(STATUS, b"\0\2online", first=0x32)
    numbered = [message(payload=bytes([0, number]), first=0x32) for number in range(5)]
    found = list(limiter.sift(b"".join([*numbered[:2], status, numbered[3], message(), numbered[4]])))
    assert found == [([0, 1], status), ([3, 4], b"")]


def test_a_topic_without_a_hash_is_meant_as_it_is() -> None:
    limiter = flooded(STATUS)
    waiting = message(STATUS, b"online")
    assert sifted(limiter, waiting + message(f"{STATUS}/x")) == message(f"{STATUS}/x")


@contextmanager
def flooding(broker: Broker | Doors, topic: str, *, first: int) -> Iterator[None]:
    """Some 10,000 messages a second for as long as the block lasts."""
    stopping = threading.Event()
    heap = message(topic, (b"\0\1" if first == 0x32 else b"") + b'{"transaction": "x"}', first=first) * 50

    def flood() -> None:
        with socket.create_connection((broker.host, broker.port)) as flooder:
            flooder.sendall(bytes.fromhex("101000044d5154540402000000046d6f6265"))
            flooder.settimeout(0.005)
            while not stopping.is_set():
                with suppress(TimeoutError):
                    flooder.recv(65_536)  # answers
                flooder.settimeout(5.0)
                flooder.sendall(heap)
                flooder.settimeout(0.005)

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


@dataclass(frozen=True)
class Doors:
    """A broker with a port for everybody, and where Edge goes: the same, or one with TLS."""

    port: int
    address: Address
    host: str = "127.0.0.1"


@pytest.fixture
def doors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Doors]:
    authority, port = Authority(tmp_path), free_port()
    own = authority.issue("broker")
    second = (f"listener {port} 127.0.0.1", f"certfile {own.cert}", f"keyfile {own.key}")
    with Broker(tmp_path, options=second) as broker:
        there = MqttSettings(host=broker.host, port=broker.port, keepalive_s=1)
        if request.param == "tls":
            there = replace(there, host="localhost", port=port, tls=True, ca_file=str(authority.cert))
        yield Doors(broker.port, read_address(there))


@dataclass
class Listening:
    """A session in a thread of its own, and what came of it."""

    session: Session
    received: list[Received] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    ended: list[SessionEnd] = field(default_factory=list)

    def on(self, topic: str) -> list[Received]:
        return [each for each in self.received if each.topic == topic]

    def send_event(self) -> None:
        number = self.session.send(Message("edge/pi/event", b"{}", qos=1))
        wait_until(lambda: number in self.delivered, "an event is confirmed")


@contextmanager
def listening(address: Address, protocol: MQTTProtocolVersion, limiter: FloodLimiter) -> Iterator[Listening]:
    def delivered(_session: Session, number: int, _is_accepted: bool) -> None:
        found.delivered.append(number)

    session = Session(address, "edge-pi", protocol, limiter=limiter, on_delivered=delivered)
    found = Listening(session)
    session.open()
    for topic in (REQUESTS, STATUS):
        session.subscribe(topic, found.received.append)
    thread = threading.Thread(target=lambda: found.ended.append(session.hold()))
    thread.start()
    try:
        yield found
        assert not found.ended
    finally:
        session.leave()
        thread.join()
        session.close()


@pytest.mark.parametrize(
    ("doors", "first", "protocol"),
    [("tcp", 0x30, MQTTv5), ("tcp", 0x32, MQTTv311), ("tls", 0x30, MQTTv311), ("tls", 0x32, MQTTv5)],
    ids=["tcp qos 0", "tcp qos 1", "tls qos 0", "tls qos 1"],
    indirect=["doors"],
)
def test_all_else_goes_on_while_a_flood_lasts_and_is_served_after_it(
    doors: Doors, first: int, protocol: MQTTProtocolVersion
) -> None:
    limiter = FloodLimiter()
    with listening(doors.address, protocol, limiter) as there, Subscriber(doors, "nothing") as other:

        def hears(topic: str) -> bool:
            other.publish(topic, b"x")
            time.sleep(0.1)
            return bool(there.on(topic))

        with flooding(doors, "edge/pi/request/state", first=first):
            until_s = time.monotonic() + 1.6  # longer than the keepalive of 1 s
            wait_until(lambda: limiter.discarded > 100, "most are thrown away unread")
            wait_until(lambda: hears(STATUS), "another message is heard")
            while time.monotonic() < until_s:
                there.send_event()
        wait_until(lambda: hears("edge/pi/request/restart"), "a request after the flood is heard")
        assert len(there.on("edge/pi/request/state")) < limiter.discarded


def test_who_only_watches_gets_all_that_comes(broker: Broker) -> None:
    count = 10 * BURST
    seen: list[bytes] = []
    address = read_address(MqttSettings(host=broker.host, port=broker.port))
    with (
        Client(address, "test", lambda message: seen.append(message.payload)) as client,
        Subscriber(broker, "nothing") as other,
    ):
        client.subscribe("edge/#")
        for number in range(count):
            other.publish("edge/pi/pose", str(number).encode())
        wait_until(lambda: len(seen) == count, "all of them")


@pytest.fixture
def asked(broker: Broker) -> Iterator[tuple[MqttSink, list[Request]]]:
    """A sink that answers requests, and those it got."""
    requests: list[Request] = []

    def answer(request: Request) -> None:
        requests.append(request)
        sink.put_response(Response(request.command, request.transaction, {}))

    sink = MqttSink(Settings(MqttSettings(host=broker.host, port=broker.port, control=True)), "pi", RUN_ID, answer)
    sink.start()
    wait_until(lambda: sink.stats().connected, "connected")
    yield sink, requests
    sink.stop()


@pytest.mark.parametrize("first", [0x30, 0x32], ids=["qos 0", "qos 1"])
def test_events_go_on_through_a_flood_and_a_request_after_it_is_answered(
    broker: Broker, asked: tuple[MqttSink, list[Request]], first: int
) -> None:
    sink, requests = asked
    number = b"\0\1" if first == 0x32 else b""
    with Subscriber(broker, "edge/pi/#") as subscriber, socket.create_connection((broker.host, broker.port)) as flooder:
        flooder.sendall(bytes.fromhex("101000044d5154540402000000046d6f6265"))
        flooder.recv(4)
        flooder.sendall(message("edge/pi/request/config/get", number + b'{"transaction": "x"}', first=first) * 4000)
        for _ in range(20):
            sink.put_event(people_event())
        wait_until(lambda: not sink.stats().events_waiting, "the events are confirmed")
        assert len(requests) < 100

        def is_answered() -> bool:
            subscriber.publish("edge/pi/request/state", b'{"transaction": "mine"}')
            return any(answer.json()["transaction"] == "mine" for answer in subscriber.seen("response/state"))

        wait_until(is_answered, "somebody else's request is answered")
    assert sink.stats().reconnects == 0
