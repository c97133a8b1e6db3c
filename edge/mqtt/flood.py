"""What is done when far more comes than anybody asked for: it is thrown away by its topic, without being read by paho.

paho reads a message in some fifty microseconds of Python. At ten thousand a second that is half of a core, which the
models lack. So while a flood lasts what comes is left for a moment, taken off the socket at once, and sifted. Only
waiting would not do: it would leave the broker's answers to our own messages behind the flood.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge.mqtt.guarded_client import GuardedClient

RATE_HZ, BURST = 20.0, 40
"""More than this on one subscription is a flood; what takes requests takes fewer."""
PAUSE_S = 0.02
"""How long what comes is left at the socket: while a flood lasts, nothing is read or written meanwhile."""
_MOST_OVER = 5
"""So many messages too many are read before the others are sifted out."""

_PUBLISH, _PUBLISH_QOS_1, _KIND_AND_QOS = 0x30, 0x32, 0xF6
_MORE, _LONGEST_LENGTH = 0x80, 4
_TOPIC_LENGTH_BYTES = _NUMBER_BYTES = 2

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Allowance:
    """What may still come on a subscription; after the header its messages have ``beginning`` at ``offset``.

    ``over`` counts those that were too many since they were last sifted, ``spared`` those that sifting may leave.
    """

    offset: int
    beginning: bytes
    left: float
    counted_s: float
    over: int = 0
    spared: int = 0
    is_told: bool = False

    @property
    def is_over(self) -> bool:
        return self.over >= _MOST_OVER

    def refill(self, now_s: float) -> None:
        self.left = min(BURST, self.left + (now_s - self.counted_s) * RATE_HZ)
        self.counted_s = now_s

    def begin_sifting(self, now_s: float) -> None:
        self.refill(now_s)
        self.over, self.spared = 0, int(self.left)

    def discards(self) -> bool:
        """Whether sifting takes one more message out."""
        if self.spared:
            self.spared -= 1
            return False
        self.over += 1
        return True


class Sifted(NamedTuple):
    """What remains of a flood, in order: messages (QoS 1) to acknowledge by their numbers, then packets to read."""

    numbers: Sequence[int]
    packets: bytes


class FloodLimiter:
    """Says which messages are too many, and sifts those out of the bytes that wait to be read.

    For the thread that reads, once all is watched.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        """``clock_s`` is monotonic."""
        self._clock_s = clock_s
        self._allowances: dict[str, _Allowance] = {}
        self.discarded = 0
        """Messages thrown away unread."""

    def watch(self, subscription: str) -> None:
        """Give a subscription its allowance; it is a topic, or one that ends with ``#``."""
        topic = subscription.removesuffix("#").encode()
        length = len(topic).to_bytes(_TOPIC_LENGTH_BYTES, "big")
        is_exact = not subscription.endswith("#")
        offset, beginning = (0, length + topic) if is_exact else (_TOPIC_LENGTH_BYTES, topic)
        self._allowances[subscription] = _Allowance(offset, beginning, BURST, self._clock_s())

    @property
    def is_calm(self) -> bool:
        """Whether all that comes is welcome."""
        return not any(allowance.is_over for allowance in self._allowances.values())

    def admits(self, subscription: str) -> bool:
        """Whether a message of a subscription, which has been read, may be handed on."""
        allowance = self._allowances[subscription]
        allowance.refill(self._clock_s())
        if allowance.left >= 1:
            allowance.left -= 1
            return True
        allowance.over += 1
        if not allowance.is_told:
            allowance.is_told = True
            _logger.warning("more than %g messages a second on %s; most are thrown away unread", RATE_HZ, subscription)
        return False

    def sift(self, waiting: bytes) -> Iterator[Sifted]:
        """Leave out whole messages that are too many; the bytes begin with a packet and may end within one.

        It is calm again when they were few.
        """
        over = [allowance for allowance in self._allowances.values() if allowance.is_over]
        for allowance in over:
            allowance.begin_sifting(self._clock_s())
        numbers: list[int] = []
        begin = end = 0  # of what is to be read
        for packet in _packets(waiting):
            if not _is_too_many(packet, waiting, over):
                end = packet.end
                continue
            if end > begin:
                yield Sifted(numbers, waiting[begin:end])
                numbers = []
            numbers += _numbers(packet, waiting)
            begin = end = packet.end
            self.discarded += 1
        yield Sifted(numbers, waiting[begin:])


def drop_excess(client: GuardedClient, limiter: FloodLimiter) -> None:
    """Where too much comes, let it wait for a moment, take it off the socket and have the client read the rest."""
    if limiter.is_calm or not client.guard.is_between_packets:
        return
    time.sleep(PAUSE_S)
    for numbers, packets in limiter.sift(client.read_waiting()):
        client.acknowledge(numbers)
        client.feed(packets)


class _Packet(NamedTuple):
    """Where a packet lies: its first byte, the rest after its header, its end."""

    first: int
    rest: int
    end: int


def _packets(waiting: bytes) -> Iterator[_Packet]:
    """The whole packets among bytes that begin with one, up to what is none.

    A packet's length is written in up to four bytes after its first (MQTT 5, section 1.5.5).
    """
    at = 0
    while True:
        length = 0
        for place, byte in enumerate(waiting[at + 1 : at + 1 + _LONGEST_LENGTH]):
            length |= (byte & ~_MORE) << 7 * place
            if not byte & _MORE:
                break
        else:
            return
        rest = at + 2 + place
        if rest + length > len(waiting):
            return
        yield _Packet(waiting[at], rest, rest + length)
        at = rest + length


def _is_too_many(packet: _Packet, waiting: bytes, over: Sequence[_Allowance]) -> bool:
    """Whether a packet is a message of a subscription on which there are too many; it is counted."""
    if packet.first & _KIND_AND_QOS not in {_PUBLISH, _PUBLISH_QOS_1}:
        return False
    for allowance in over:
        if waiting.startswith(allowance.beginning, packet.rest + allowance.offset):
            return _is_well_formed(packet, waiting) and allowance.discards()
    return False


def _is_well_formed(packet: _Packet, waiting: bytes) -> bool:
    return _number_at(packet, waiting) + _NUMBER_BYTES * _has_number(packet) <= packet.end


def _numbers(packet: _Packet, waiting: bytes) -> list[int]:
    """The number of a message, where it has one."""
    at = _number_at(packet, waiting)
    return [int.from_bytes(waiting[at : at + _NUMBER_BYTES], "big")] if _has_number(packet) else []


def _has_number(packet: _Packet) -> bool:
    return packet.first & _KIND_AND_QOS == _PUBLISH_QOS_1


def _number_at(packet: _Packet, waiting: bytes) -> int:
    """Where the topic of a message ends and its number is, if it has one."""
    topic = packet.rest + _TOPIC_LENGTH_BYTES
    return topic + int.from_bytes(waiting[packet.rest : topic], "big")
