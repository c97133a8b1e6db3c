"""What a broker sends is looked at before it is read: the fixed header of each packet, byte by byte as it comes.

Types, flags and lengths are those that MQTT 3.1.1 and 5 allow from a server to a client that subscribes with QoS 1 at
most and never unsubscribes; see sections 2.2 (3.1.1) and 2.1 (5) of the standards.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

INCOMING_LIMIT_BYTES = 65_536
PACKET_S = 10.0
"""A packet that has begun ends within this time, or what sends it is no broker."""

_CONNACK, _PUBLISH, _PUBACK, _SUBACK, _PINGRESP, _DISCONNECT = 0x20, 0x30, 0x40, 0x90, 0xD0, 0xE0
_LONGEST_LENGTH = 4  # bytes
_MORE = 0x80
_READ_BYTES = 16_384


class _Lengths(NamedTuple):
    """What may follow the header, in bytes; MQTT 5 has no highest but the limit, except for answers to a ping."""

    lowest: int
    highest: int


_LENGTHS = {_CONNACK: _Lengths(2, 2), _PUBACK: _Lengths(2, 2), _SUBACK: _Lengths(3, 66), _PINGRESP: _Lengths(0, 0)}
_LOWEST_PUBLISH = 3


class UnwantedPacketError(OSError):
    """What the broker sends is no packet for us, as the text says; an ``OSError``, for paho to give the connection up.

    ``topic`` is that of a message that is too large, where it is one.
    """

    def __init__(self, what: str, topic: str = "") -> None:
        super().__init__(what)
        self.topic = topic


class PacketGuard:
    """Follows what a client reads, and stops it before the first packet that is too large or none for it."""

    def __init__(self, *, is_v5: bool, limit_bytes: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._is_v5 = is_v5
        self._limit_bytes = limit_bytes
        self._clock_s = clock_s
        self._header = bytearray()  # of the present packet; empty between two
        self._began_s = 0.0
        self._left = 0  # what has not come of the present packet's rest
        self._oversized: bytearray | None = None  # the beginning of a message that is too large: its topic
        self.answer = b""
        """The rest of the broker's answer to CONNECT, once it has come."""

    @property
    def is_between_packets(self) -> bool:
        """Whether what comes next is the beginning of a packet."""
        return not self._header

    def room(self, wanted: int) -> int:
        """How many of ``wanted`` bytes may be asked of the socket now."""
        return min(wanted, _READ_BYTES if self._oversized is None else _missing(self._oversized))

    def take(self, data: bytes) -> None:
        """Look at what was read, which is no more than :meth:`room` allows.

        Raises:
            UnwantedPacketError: what comes next shall not be read.
        """
        if self._oversized is not None:
            self._take_topic(data, self._oversized)
        elif self._left:
            self._take_rest(data)
        else:
            for byte in data:
                self._take_header(byte)

    def check_time(self) -> None:
        """Raise UnwantedPacketError when the rest of a packet does not come."""
        if self._header and self._clock_s() - self._began_s > PACKET_S:
            raise UnwantedPacketError(f"a packet that does not end within {PACKET_S:g} s")

    def _take_header(self, byte: int) -> None:
        if not self._header:
            self._began_s = self._clock_s()
            self._check_type(byte)
        elif byte & _MORE and len(self._header) == _LONGEST_LENGTH:
            raise UnwantedPacketError("a packet with a length of more than four bytes")
        self._header.append(byte)
        if len(self._header) > 1 and not byte & _MORE:
            self._begin_rest(sum((each & ~_MORE) << 7 * place for place, each in enumerate(self._header[1:])))

    def _check_type(self, first: int) -> None:
        kind, flags = first & 0xF0, first & 0x0F
        if kind == _PUBLISH:
            is_allowed = flags & 0x06 in {0, 2}  # QoS 0 and 1
        else:
            is_allowed = flags == 0 and (kind in _LENGTHS or (kind == _DISCONNECT and self._is_v5))
        if not is_allowed or (kind == _CONNACK) == bool(self.answer):
            raise UnwantedPacketError(f"what is no packet of MQTT here (it begins with 0x{first:02x})")

    def _begin_rest(self, length: int) -> None:
        kind = self._header[0] & 0xF0
        lowest, highest = _LENGTHS.get(kind, _Lengths(_LOWEST_PUBLISH if kind == _PUBLISH else 0, self._limit_bytes))
        if self._is_v5 and kind != _PINGRESP:
            highest = self._limit_bytes
        if kind == _PUBLISH and length > highest:
            self._oversized = bytearray()
        elif not lowest <= length <= highest:
            raise UnwantedPacketError(f"a packet 0x{self._header[0]:02x} of {length} bytes")
        self._left = length
        if not length:
            self._header.clear()

    def _take_rest(self, data: bytes) -> None:
        if self._header[0] & 0xF0 == _CONNACK:
            self.answer += data
        self._left -= len(data)
        if not self._left:
            self._header.clear()

    def _take_topic(self, data: bytes, begun: bytearray) -> None:
        begun += data
        if not _missing(begun):
            topic = begun[2:].decode(errors="replace")
            raise UnwantedPacketError(f"a message of {self._left} bytes on {topic[:100]!r}", topic)


def _missing(begun: bytearray) -> int:
    """How many bytes a topic with its length before it lacks."""
    return 2 - len(begun) if len(begun) < 2 else 2 + int.from_bytes(begun[:2], "big") - len(begun)  # noqa: PLR2004
