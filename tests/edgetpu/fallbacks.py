"""The events that tell of tasks which the CPU computes for an EdgeTPU, as a listener puts them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.broker import wait_until

if TYPE_CHECKING:
    from tests.broker import Subscriber


def moment_s(text: str) -> float:
    """Seconds since 1970 of a moment in a message."""
    return datetime.fromisoformat(text).timestamp()


@dataclass
class Fallback:
    """One of them, as far as it has come: its messages in order."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def task(self) -> str:
        task: str = self.messages[0]["task"]
        return task

    @property
    def steps(self) -> list[str]:
        return [message["step"] for message in self.messages]

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.messages]

    @property
    def why(self) -> str:
        """Why it began."""
        why: str = self.messages[0]["why"]
        return why

    @property
    def is_over(self) -> bool:
        return self.types[-1] == "end"

    @property
    def began_s(self) -> float:
        return moment_s(self.messages[0]["since"])

    @property
    def ended_s(self) -> float:
        return moment_s(self.messages[-1]["published_at"])


class Fallbacks:
    """All of them, in the order in which they began."""

    def __init__(self, events: Subscriber) -> None:
        self._events = events
        self._read = 0
        self._found: dict[str, Fallback] = {}

    def all(self) -> list[Fallback]:
        """Those so far."""
        new = self._events.seen()[self._read :]
        self._read += len(new)
        for event in (message.json() for message in new):
            if event["what"] == "fallback":
                self._found.setdefault(event["id"], Fallback()).messages.append(event)
        return list(self._found.values())

    def wait_for(self, count: int) -> Fallback:
        """Wait until so many have begun; the last of them."""
        wait_until(lambda: len(self.all()) >= count, f"fallback number {count}")
        return self.all()[-1]
