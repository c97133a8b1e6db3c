"""What is done when far more comes than anybody asked for: it is thrown away in heaps, by its topic, unread.

paho reads a message in some fifty microseconds of Python. At ten thousand a second that is half of a core, which the
models lack. Waiting before reading would leave the broker's answers to our own messages behind the heap.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RATE_HZ, BURST = 20.0, 40
"""More than this on one subscription is a flood; what takes requests takes fewer."""
PAUSE_S = 0.02
"""How long a heap grows before it is looked at: while a flood lasts, nothing is read or written meanwhile."""
_MOST_OVER = 5
"""So many messages too many are read before the others are looked at; QoS 1 knows no other way than reading."""

_PUBLISH, _KIND_AND_QOS = 0x30, 0xF6
_MORE, _LONGEST_LENGTH = 0x80, 4
_LENGTH_BYTES = 2  # before the topic of a message

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Allowance:
    """What may still come on a subscription; after the header its messages have ``beginning`` at ``offset``.

    ``over`` counts those that were too many since it was last dealt with.
    """

    offset: int
    beginning: bytes
    left: float
    counted_s: float
    over: int = 0
    is_told: bool = False

    @property
    def is_over(self) -> bool:
        return self.over >= _MOST_OVER


class FloodGate:
    """Says which messages are too many, and finds those among the bytes that wait to be read.

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
        length = len(topic).to_bytes(_LENGTH_BYTES, "big")
        is_exact = not subscription.endswith("#")
        offset, beginning = (0, length + topic) if is_exact else (_LENGTH_BYTES, topic)
        self._allowances[subscription] = _Allowance(offset, beginning, BURST, self._clock_s())

    @property
    def is_open(self) -> bool:
        """Whether all that comes is welcome."""
        return not any(allowance.is_over for allowance in self._allowances.values())

    def admits(self, subscription: str) -> bool:
        """Whether a message of a subscription, which has been read, may be handed on."""
        allowance = self._allowances[subscription]
        self._refill(allowance)
        if allowance.left >= 1:
            allowance.left -= 1
            return True
        allowance.over += 1
        if not allowance.is_told:
            allowance.is_told = True
            _logger.warning("more than %g messages a second on %s; most are thrown away unread", RATE_HZ, subscription)
        return False

    def leading_bytes(self, waiting: bytes) -> int:
        """How many of the bytes ``waiting``, which begin with a packet, are whole messages too many (QoS 0)."""
        over = [allowance for allowance in self._allowances.values() if allowance.is_over]
        end = 0
        while len(waiting) > end + 1 and waiting[end] & _KIND_AND_QOS == _PUBLISH:
            begin, length = _length(waiting, end + 1)
            is_over = any(waiting.startswith(each.beginning, begin + each.offset) for each in over)
            if not is_over or begin + length > len(waiting):
                break
            end = begin + length
            self.discarded += 1
        return end

    def look_again(self) -> None:
        """Welcome what comes until it is too much again."""
        for allowance in self._allowances.values():
            allowance.over = 0

    def _refill(self, allowance: _Allowance) -> None:
        now_s = self._clock_s()
        allowance.left = min(BURST, allowance.left + (now_s - allowance.counted_s) * RATE_HZ)
        allowance.counted_s = now_s


def _length(waiting: bytes, at: int) -> tuple[int, int]:
    """Where the rest of a packet begins, and how long it is; the length is written in up to four bytes from ``at`` on.

    MQTT 5, section 1.5.5. Where the bytes do not suffice, it is longer than they are.
    """
    length = 0
    for place, byte in enumerate(waiting[at : at + _LONGEST_LENGTH]):
        length |= (byte & ~_MORE) << 7 * place
        if not byte & _MORE:
            return at + place + 1, length
    return at, len(waiting)
