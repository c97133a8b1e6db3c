"""A subscriber in a process of its own: what arrived, what is missing, and how late it was."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from edge.base.percentiles import percentiles

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from edge.types import Percentiles


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener heard: messages by kind, numbers missing from ``seq``, doubles, and delays.

    ``delay_ms`` runs from the moment a device was given a result or an event to its arrival here.
    """

    streams: int
    events: int
    streams_missing: int
    events_missing: int
    doubles: int
    delay_ms: Percentiles | None


class _Listener:
    def __init__(self) -> None:
        self._numbers: dict[str, Counter[int]] = {}
        self._delays_ms: list[float] = []

    def take(self, topic: str, payload: bytes, now_s: float) -> None:
        if not topic.endswith(("/pose", "/event")):
            return
        message = json.loads(payload)
        self._numbers.setdefault(topic, Counter())[message["seq"]] += 1
        captured_s = datetime.fromisoformat(message["captured_at"]).timestamp()
        self._delays_ms.append((now_s - captured_s) * 1000)

    def heard(self) -> Heard:
        streams = [seen for topic, seen in self._numbers.items() if topic.endswith("/pose")]
        events = [seen for topic, seen in self._numbers.items() if topic.endswith("/event")]
        return Heard(
            streams=sum(len(seen) for seen in streams),
            events=sum(len(seen) for seen in events),
            streams_missing=sum(max(seen) - len(seen) for seen in streams),
            events_missing=sum(max(seen) - len(seen) for seen in events),
            doubles=sum(seen.total() - len(seen) for seen in (*streams, *events)),
            delay_ms=percentiles(self._delays_ms),
        )


def listen(port: int, pipe: Connection) -> None:
    """Subscribe to everything and say so; when told that all is sent, tell what was heard. Runs in a process."""
    listener, subscribed = _Listener(), threading.Event()

    def on_message(_client: Client, _userdata: Any, message: Any) -> None:
        listener.take(message.topic, message.payload, time.time())

    client = Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(0)
    client.on_connect = lambda client, *_: client.subscribe("edge/#", qos=1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = on_message
    client.connect("127.0.0.1", port)
    client.loop_start()
    subscribed.wait()
    pipe.send("listening")
    pipe.recv()
    client.loop_stop()
    pipe.send(listener.heard())
