"""What is counted of each topic over the life of the process, whichever publisher is in force."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.rate_limiter import RateLimiter
from edge.messages.request import COMMANDS
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Mapping


OTHER_RESPONSE = "response"
"""What answers to commands that do not exist are counted as: anybody may invent as many topics as they like."""
RESPONSES = (OTHER_RESPONSE, *(f"response/{command}" for command in COMMANDS))


@dataclass(slots=True)
class _TopicCounter:
    """``seq`` = published + dropped + still waiting; without a limiter everything is let through."""

    limiter: RateLimiter | None
    seq: int = 0
    published: int = 0
    dropped: int = 0


class TopicCounters:
    """Numbers messages, leaves out those above the rate, and counts what became of the others."""

    def __init__(self, max_rate_hz: float) -> None:
        self._lock = threading.Lock()
        self._topics: dict[str, _TopicCounter] = {name: _TopicCounter(RateLimiter(max_rate_hz)) for name in tasks()}
        for name in ("stats", "event", *(f"state/{name}" for name in tasks()), *RESPONSES):
            self._topics[name] = _TopicCounter(limiter=None)

    def limit(self, max_rate_hz: float) -> None:
        """Let each stream through at most this often from now on."""
        with self._lock:
            for topic in self._topics.values():
                if topic.limiter:
                    topic.limiter = topic.limiter.at(max_rate_hz)

    def next_seq(self, name: str, now_ns: int) -> int | None:
        """The number of a message at ``now_ns`` (monotonic); None where the rate leaves it out."""
        topic = self._topics[name]
        with self._lock:
            if topic.limiter and not topic.limiter.is_due(now_ns):
                return None
            topic.seq += 1
            return topic.seq

    def number(self, name: str) -> int:
        """The number of a message on a topic without a rate."""
        topic = self._topics[name]
        with self._lock:
            topic.seq += 1
            return topic.seq

    def count(self, name: str, *, sent: bool) -> None:
        """Count a numbered message as published or dropped."""
        topic = self._topics[name]
        with self._lock:
            topic.published += sent
            topic.dropped += not sent

    def published(self) -> Mapping[str, int]:
        """Messages handed to the broker, by topic."""
        with self._lock:
            return {name: topic.published for name, topic in self._topics.items()}

    def dropped(self) -> Mapping[str, int]:
        """Messages dropped because the broker was away or slow, by topic."""
        with self._lock:
            return {name: topic.dropped for name, topic in self._topics.items()}
