"""What comes in far too great number, by the bytes and over a real broker."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from edge.config.settings import MqttSettings, Settings
from edge.daemon.outlet import Outlet
from edge.messages.request import Response
from edge.mqtt.flood import BURST, RATE_HZ, FloodGate
from tests.broker import Subscriber, wait_until
from tests.mqtt.samples import RUN_ID, people_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.messages.request import Request
    from tests.broker import Broker

REQUESTS, STATUS = "edge/pi/request/#", "homeassistant/status"


@dataclass
class Clock:
    """A clock that is set by hand."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


def flooded(subscription: str = REQUESTS, clock: Clock | None = None) -> FloodGate:
    """A gate behind which too much has come on one of two subscriptions."""
    gate = FloodGate(clock or Clock())
    gate.watch(REQUESTS)
    gate.watch(STATUS)
    while gate.is_open:
        gate.admits(subscription)
    return gate


def message(topic: str = "edge/pi/request/state", payload: bytes = b"{}", *, first: int = 0x30) -> bytes:
    """A PUBLISH packet."""
    rest = len(topic.encode()).to_bytes(2, "big") + topic.encode() + payload
    length, digits = len(rest), b""
    while length > 127:
        digits += bytes([length & 127 | 128])
        length >>= 7
    return bytes([first]) + digits + bytes([length]) + rest


def test_up_to_the_rate_everything_is_admitted() -> None:
    clock = Clock()
    gate = FloodGate(clock)
    gate.watch(REQUESTS)
    for _ in range(1000):
        clock.now_s += 1.01 / RATE_HZ
        assert gate.admits(REQUESTS)
    assert gate.is_open


def test_more_are_not_and_the_gate_closes_until_it_is_looked_again(caplog: pytest.LogCaptureFixture) -> None:
    gate = FloodGate(Clock())
    gate.watch(REQUESTS)
    assert [gate.admits(REQUESTS) for _ in range(BURST + 100)] == [True] * BURST + [False] * 100
    assert not gate.is_open
    assert caplog.text.count("messages a second on edge/pi/request/#; most are thrown away unread") == 1
    gate.look_again()
    assert gate.is_open


def test_a_flood_on_one_subscription_costs_another_nothing() -> None:
    gate = flooded(REQUESTS)
    assert gate.admits(STATUS)
    gate = flooded(STATUS)
    assert gate.admits(REQUESTS)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"x" * 100, b"x" * 300, b"x" * 20_000], ids=["none", "small", "127", "two", "three"]
)
def test_whole_messages_of_the_flood_are_found(payload: bytes) -> None:
    gate = flooded()
    heap = message(payload=payload) * 3
    assert gate.leading_bytes(heap) == len(heap)
    assert gate.leading_bytes(heap[:-1]) == len(heap) // 3 * 2
    assert gate.discarded == 5


@pytest.mark.parametrize(
    "other",
    [
        message(STATUS, b"online"),
        message("edge/pi/stats"),
        message("edge/pi/request"),
        message("edge/pi2/request/x"),
        message(first=0x32),
        b"\x40\x02\x00\x01",
        b"\xd0\x00",
        b"\x30",
        b"\x30\xff\xff\xff\xff",
        b"",
    ],
    ids=["status", "stats", "above", "device", "qos 1", "puback", "pingresp", "begun", "no length", "nothing"],
)
def test_everything_else_is_left_to_be_read(other: bytes) -> None:
    gate = flooded()
    heap = message() * 2
    assert gate.leading_bytes(heap + other) == len(heap)


def test_a_topic_without_a_hash_is_meant_as_it_is() -> None:
    gate = flooded(STATUS)
    heap = message(STATUS, b"online")
    assert gate.leading_bytes(heap + message(f"{STATUS}/x")) == len(heap)


@pytest.fixture
def asked(broker: Broker) -> Iterator[tuple[Outlet, list[Request]]]:
    """An outlet that answers requests, and those it got."""
    requests: list[Request] = []

    def answer(request: Request) -> None:
        requests.append(request)
        outlet.put_response(Response(request.command, request.transaction, {}))

    outlet = Outlet(Settings(mqtt=MqttSettings(host=broker.host, port=broker.port, control=True)), "pi", RUN_ID, answer)
    outlet.start()
    wait_until(lambda: outlet.stats().connected, "connected")
    yield outlet, requests
    outlet.stop()


@pytest.mark.parametrize("first", [0x30, 0x32], ids=["qos 0", "qos 1"])
def test_events_go_on_through_a_flood_and_a_request_after_it_is_answered(
    broker: Broker, asked: tuple[Outlet, list[Request]], first: int
) -> None:
    outlet, requests = asked
    number = b"\0\1" if first == 0x32 else b""
    with Subscriber(broker, "edge/pi/#") as subscriber, socket.create_connection((broker.host, broker.port)) as flooder:
        flooder.sendall(bytes.fromhex("101000044d5154540402000000046d6f6265"))
        flooder.recv(4)
        flooder.sendall(message("edge/pi/request/config/get", number + b'{"transaction": "x"}', first=first) * 4000)
        for _ in range(20):
            outlet.put_event(people_event())
        wait_until(lambda: not outlet.stats().events_waiting, "the events are confirmed")
        assert len(requests) < 100

        def is_answered() -> bool:
            subscriber.publish("edge/pi/request/state", b'{"transaction": "mine"}')
            return any(answer.json()["transaction"] == "mine" for answer in subscriber.seen("response/state"))

        wait_until(is_answered, "somebody else's request is answered")
    assert outlet.stats().reconnects == 0
