"""How large a packet the broker takes: as it says, or as its hanging up shows."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.mqtt.failure import LOST

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.mqtt.broker_address import Address

STRIKES = 3
"""So often in a row the broker hangs up right after the same message before that message is left out."""
SUDDEN_S = 1.0
"""A broker that will not have a message hangs up within this time after it was sent."""
DOUBTS = 10
"""So often in a row it hangs up after what it has taken before, until that counts for nothing any more."""
HELD_S = 30.0
"""After a connection that held so long the broker may be another, with another limit."""
TOO_LARGE = "Packet too large"
_HANGING_UP = frozenset({LOST, "Malformed packet", "Protocol error", "Implementation specific error", "Quota exceeded"})
_MOST_NAMED = 20
_HEADER_BYTES, _LENGTH_DIGIT = 1, 128
_ADVICE = "raise its limit (mosquitto: max_packet_size, message_size_limit)"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the broker has not shown to have taken; ``order`` counts what was sent."""

    topic: str
    size: int
    order: int
    at_s: float


class PacketLimit:
    """Keeps what a broker will not take from being sent to it, over all connections, and says so once a topic.

    MQTT 5 tells the limit. MQTT 3.1.1 cannot: there a broker hangs up, and what was sent last and largest is suspected.
    Answers to later messages show that it was not that one, and so does a connection that goes on.
    """

    def __init__(self, address: Address, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock_s = clock_s
        self._lock = threading.Lock()  # messages are sent by one thread and answered in another
        self._stated: int | None = None
        self._inferred: int | None = None
        self._suspect, self._suspect_bytes, self._strikes = "", 0, 0
        self._taken_bytes, self._doubts = 0, 0  # the most that was ever taken, and how often it seems otherwise
        self._named: set[str] = set()  # topics
        self._latest = ""
        self._forget_session()

    @property
    def notice(self) -> str:
        """What is left out, in a sentence; empty for nothing."""
        in_force = self._stated is not None or self._inferred is not None
        return self._latest if in_force else ""

    def begin(self, stated: int | None) -> None:
        """Take the limit that a broker states for a new connection; None for none."""
        with self._lock:
            if stated != self._stated:
                self._named.clear()
                self._latest = ""
            self._stated = stated
            self._forget_session()

    def admits(self, topic: str, size: int) -> bool:
        """Whether a packet of ``size`` bytes may be sent; else that is said, once for each topic."""
        if self._stated is not None and size > self._stated:
            self._complain(topic, f"takes packets of at most {self._stated} bytes", size)
        elif self._inferred is not None and size > self._inferred:
            self._complain(topic, f"hangs up on a packet of {self._inferred + 1} bytes or does not take it", size)
        else:
            return True
        return False

    def sending(self, topic: str, size: int) -> Sent:
        """Note a message just before it is sent: a broker may have hung up before the sender goes on."""
        with self._lock:
            self._order += 1
            message = Sent(topic, size, self._order, self._clock_s())
            self._prove(lambda earlier: message.at_s - earlier.at_s > SUDDEN_S)
            if size > self._proven_bytes and size > self._largest(topic):
                self._unproven[topic] = message
            return message

    def awaits(self, number: int, message: Sent) -> None:
        """Note the number under which the broker will answer to a message (QoS 1), or has done so already."""
        with self._lock:
            self._under_way[number] = message
            if number in self._early:
                self._take_answer(number)

    def answered(self, number: int) -> None:
        """Note that the broker has answered to a message (QoS 1), or that it was written to the socket (QoS 0)."""
        with self._lock:
            if number in self._under_way:
                self._take_answer(number)
            else:
                self._early.append(number)

    def message_of(self, number: int) -> Sent | None:
        """The message that waits for its answer under this number; None where that was not noted (yet)."""
        return self._under_way.get(number)

    def refuse(self, message: Sent) -> None:
        """Note that the broker has answered: this message is too large."""
        with self._lock:
            self._infer(message.topic, message.size)

    def end(self, reason: str, held_s: float) -> bool:
        """Note that the connection has ended, and what paho calls the reason; whether it shows what to leave out."""
        now_s = self._clock_s()
        with self._lock:
            sudden = [each for each in self._unproven.values() if now_s - each.at_s <= SUDDEN_S]
            if sudden and (reason == TOO_LARGE or reason in _HANGING_UP):
                return self._suspect_one(max(sudden, key=lambda each: each.size), is_told=reason == TOO_LARGE)
            self._doubts = 0
            if held_s >= HELD_S and self._inferred is not None:
                self._inferred = None
                self._strikes = STRIKES - 1  # once more is enough
            elif self._inferred is None:
                self._strikes = 0
            return False

    def _suspect_one(self, message: Sent, *, is_told: bool) -> bool:
        if message.size <= self._taken_bytes and not is_told:  # then it was chance, or the limit is another now
            self._strikes = 0
            self._doubts += 1
            if self._doubts >= DOUBTS:
                self._taken_bytes, self._doubts = 0, 0
            return False
        if message.topic != self._suspect:
            self._suspect, self._suspect_bytes, self._strikes = message.topic, message.size, 0
        self._suspect_bytes = min(self._suspect_bytes, message.size)
        self._strikes += 1
        if not is_told and self._strikes < STRIKES:
            return False
        self._infer(message.topic, self._suspect_bytes)
        return True

    def _infer(self, topic: str, size: int) -> None:
        self._inferred = size - 1 if self._inferred is None else min(self._inferred, size - 1)
        self._complain(topic, "hangs up when it is sent this, or does not take it", size)

    def _complain(self, topic: str, why: str, size: int) -> None:
        if topic in self._named or len(self._named) >= _MOST_NAMED:
            return
        self._named.add(topic)
        self._latest = f"the MQTT broker at {self._address} {why}: the {size} bytes on {topic} are left out; {_ADVICE}"
        _logger.error("%s", self._latest)

    def _forget_session(self) -> None:
        self._order = 0
        self._proven_bytes = 0
        self._under_way: dict[int, Sent] = {}
        self._unproven: dict[str, Sent] = {}  # the largest of each topic
        self._early: deque[int] = deque(maxlen=64)  # answers that were quicker than their sender

    def _take_answer(self, number: int) -> None:
        message = self._under_way.pop(number)
        self._prove(lambda earlier: earlier.order <= message.order)

    def _largest(self, topic: str) -> int:
        return self._unproven[topic].size if topic in self._unproven else 0

    def _prove(self, is_proven: Callable[[Sent], bool]) -> None:
        for topic, message in list(self._unproven.items()):
            if is_proven(message):
                self._proven_bytes = max(self._proven_bytes, message.size)
                self._taken_bytes = max(self._taken_bytes, message.size)
                del self._unproven[topic]


def packet_size(topic: str, payload: bytes, *, has_number: bool, properties: int) -> int:
    """The bytes of a PUBLISH packet; ``properties`` are those of its properties, 0 in MQTT 3.1.1."""
    rest = 2 + len(topic.encode()) + 2 * has_number + properties + len(payload)
    length_bytes = 1
    while rest >= _LENGTH_DIGIT**length_bytes:
        length_bytes += 1
    return _HEADER_BYTES + length_bytes + rest
