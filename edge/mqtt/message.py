"""What goes over the wire, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from edge.messages.request import ReplyTo


@dataclass(frozen=True, slots=True)
class Message:
    """One message to publish on a full topic.

    ``expiry_s`` asks the broker to throw it away when no subscriber has taken it after so many seconds; brokers that
    only speak MQTT 3.1.1 do not know of that and keep it.
    """

    topic: str
    payload: bytes = field(repr=False)
    qos: Literal[0, 1] = 0
    retain: bool = False
    expiry_s: int | None = None
    correlation: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """One message that came on a topic we subscribed to; ``retained`` when the broker had kept it."""

    topic: str
    payload: bytes = field(repr=False)
    retained: bool
    reply_to: ReplyTo = field(default_factory=ReplyTo)
