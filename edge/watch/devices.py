"""What the devices of a broker have said so far."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edge.messages.encoding import decoded
from edge.messages.sequence import SequenceGaps

if TYPE_CHECKING:
    from collections.abc import Mapping

AVAILABILITY = "availability"
MOST_DEVICES, MOST_TOPICS, MOST_BYTES = 10_000, 100, 16 * 1024 * 1024
"""Anybody may publish on any topic: what is made up is not kept without end."""
_WINDOW_S = 5.0
_MOST_SAMPLES = 1000


@dataclass(frozen=True, slots=True)
class TopicStatus:
    """One topic of a device: its newest message, how many came in a second lately, and gaps in ``seq`` so far."""

    latest: Mapping[str, Any]
    rate_hz: float
    lost: int


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """A device as it stands.

    ``availability`` is what it last said, ``""`` for nothing; ``silent_s`` the time since its last message; ``topics``
    its topics by name (``pose``, ``state/pose`` …); ``unreadable`` the messages that were none of Edge's.
    """

    name: str
    availability: str
    silent_s: float
    topics: Mapping[str, TopicStatus]
    unreadable: int

    def latest(self, topic: str) -> Mapping[str, Any]:
        """The newest message of a topic; empty where none came."""
        known = self.topics.get(topic)
        return known.latest if known else {}

    @property
    def lost(self) -> int:
        """Messages that were missed, over all topics."""
        return sum(topic.lost for topic in self.topics.values())


@dataclass(slots=True)
class _TopicHistory:
    latest: Mapping[str, Any] = field(default_factory=dict)
    gaps: SequenceGaps = field(default_factory=SequenceGaps)
    times_s: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST_SAMPLES))

    def take(self, message: Mapping[str, Any], now_s: float) -> None:
        self.gaps.take(message)
        self.latest = message
        self.times_s.append(now_s)

    def report(self, now_s: float) -> TopicStatus:
        recent = sum(1 for time_s in self.times_s if time_s > now_s - _WINDOW_S)
        return TopicStatus(self.latest, recent / _WINDOW_S, self.gaps.lost)


@dataclass(slots=True)
class _DeviceHistory:
    availability: str = ""
    last_s: float = 0.0
    unreadable: int = 0
    topics: dict[str, _TopicHistory] = field(default_factory=dict)

    def take(self, topic: str, payload: bytes, now_s: float) -> None:
        self.last_s = now_s
        if topic == AVAILABILITY:
            self.availability = payload.decode(errors="replace")
            return
        message = decoded(payload) if topic in self.topics or len(self.topics) < MOST_TOPICS else None
        if message is None:
            self.unreadable += 1
        else:
            self.topics.setdefault(topic, _TopicHistory()).take(message, now_s)

    def report(self, name: str, now_s: float) -> DeviceStatus:
        topics = {topic: known.report(now_s) for topic, known in self.topics.items()}
        return DeviceStatus(name, self.availability, now_s - self.last_s, topics, self.unreadable)


class Devices:
    """Takes messages, in one thread, and tells what stands, to others. ``base_topic`` is what all topics begin with."""

    def __init__(self, base_topic: str) -> None:
        self._prefix = f"{base_topic}/"
        self._devices: dict[str, _DeviceHistory] = {}
        self._sizes: dict[str, int] = {}  # of the newest message of each topic, with its topic
        self._bytes = 0
        self._lock = threading.Lock()

    def take(self, topic: str, payload: bytes, now_s: float) -> None:
        """Take a message that came at ``now_s`` (monotonic); what lies outside of the base topic is none of ours."""
        name, slash, rest = topic.removeprefix(self._prefix).partition("/")
        if not (slash and topic.startswith(self._prefix)):
            return
        with self._lock:
            if (name in self._devices or len(self._devices) < MOST_DEVICES) and self._has_room(topic, payload):
                self._devices.setdefault(name, _DeviceHistory()).take(rest, payload, now_s)

    def _has_room(self, topic: str, payload: bytes) -> bool:
        """Count a message in the place of the one before it on its topic; False where that is too much."""
        size = len(topic) + len(payload)
        total = self._bytes - self._sizes.get(topic, 0) + size
        if total > MOST_BYTES:
            return False
        self._sizes[topic], self._bytes = size, total
        return True

    def reports(self, now_s: float) -> tuple[DeviceStatus, ...]:
        """Every device seen so far, by name."""
        with self._lock:
            return tuple(device.report(name, now_s) for name, device in sorted(self._devices.items()))
