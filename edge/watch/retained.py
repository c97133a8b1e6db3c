"""What a broker has kept of a device, to be cleared when the device is gone; and which devices it knows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.mqtt.client import Client
from edge.mqtt.message import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Received

QUIET_S = 1.0
"""What a broker has kept comes at once; after so much silence it has told all."""
_LONGEST_S = 30.0
_POLL_S = 0.05
_AVAILABILITY = "availability"


@dataclass(frozen=True, slots=True)
class RetainedTopics:
    """The topics of a device on which a broker keeps a message, and whether the device is there."""

    topics: tuple[str, ...]
    is_online: bool


class _Collected:
    """What has come, and when the last of it did."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.live: set[str] = set()
        self._last_s = time.monotonic()

    def take(self, received: Received) -> None:
        if received.retained:
            self.kept[received.topic] = received.payload
            self._last_s = time.monotonic()
        elif received.payload:
            self.live.add(received.topic)

    def await_quiet(self) -> None:
        until_s = time.monotonic() + _LONGEST_S
        while time.monotonic() < min(until_s, self._last_s + QUIET_S):
            time.sleep(_POLL_S)


def retained_of(address: Address, device_topics: str, discovery_topic: str) -> RetainedTopics:
    """What the broker keeps below ``device_topics`` (``edge/kitchen/``), and on ``discovery_topic``.

    Raises:
        BrokerError: it cannot be asked.
    """
    collected = _Collected()
    with Client(address, "forget", collected.take) as client:
        for topic in (f"{device_topics}#", discovery_topic):
            client.subscribe(topic)
        collected.await_quiet()
    # "#" is also the level above it.
    ours = sorted(topic for topic in collected.kept if topic.startswith(device_topics) or topic == discovery_topic)
    asked = f"{device_topics}request/"
    speaks = any(topic.startswith(device_topics) and not topic.startswith(asked) for topic in collected.live)
    return RetainedTopics(tuple(ours), speaks or collected.kept.get(f"{device_topics}{_AVAILABILITY}") == b"online")


def clear(address: Address, topics: Sequence[str]) -> None:
    """Have the broker keep nothing on ``topics`` any more.

    Raises:
        BrokerError: it will not.
    """
    with Client(address, "forget", lambda _received: None) as client:
        for topic in topics:
            client.publish(Message(topic, b"", qos=1, retain=True))


def devices_at(address: Address, base_topic: str) -> tuple[str, ...]:
    """The devices whose availability a broker keeps, by name.

    Raises:
        BrokerError: it cannot be asked.
    """
    collected = _Collected()
    with Client(address, "watch", collected.take) as client:
        client.subscribe(f"{base_topic}/+/{_AVAILABILITY}")
        collected.await_quiet()
    start, end = f"{base_topic}/", f"/{_AVAILABILITY}"
    return tuple(sorted(topic.removeprefix(start).removesuffix(end) for topic in collected.kept))
