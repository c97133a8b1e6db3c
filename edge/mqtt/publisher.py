"""The result sink that publishes over MQTT."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.mqtt.address import read_address, topic_prefix
from edge.mqtt.backoff import Backoff
from edge.mqtt.buffer import Buffer
from edge.mqtt.clock import Clock, Instant
from edge.mqtt.connection import Connection, LinkState
from edge.mqtt.payload import Header, result_payload, stats_payload
from edge.mqtt.tally import Tally
from edge.types import Stats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.config.settings import MqttSettings
    from edge.types import Result

BUFFER_SIZE = 16  # about a third of a second of three streams; each result holds on to its frame
TURN_S = 0.5
STOP_S = 1.0
HEAD_START_S = 0.001
"""How long a message waits before it is built, so that the inference thread that just put it is back inside the model:
there it needs no interpreter lock, while before that it would stand still for as long as building and sending takes."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublisherStatus:
    """How publishing goes; ``published`` and ``dropped`` count the messages of each topic since the start.

    ``error`` is a sentence on why there is no connection, empty while there is one.
    """

    state: LinkState
    connects: int
    published: Mapping[str, int]
    dropped: Mapping[str, int]
    error: str

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and the link is up."""
        return self.state == "connected"

    @property
    def reconnects(self) -> int:
        """How often the connection was made anew."""
        return max(0, self.connects - 1)


@dataclass(frozen=True, slots=True)
class _Message:
    name: str
    seq: int
    content: Result | Stats = field(repr=False)


class Publisher:
    """Publishes results and stats to ``<base_topic>/<device_id>/…``; a sink that never makes its caller wait.

    The rate limit comes first and ``seq`` is given right after it, so every message dropped later (buffer full, broker
    away) is seen as a gap. Payloads are built and sent by the publisher's own thread.
    """

    def __init__(
        self,
        settings: MqttSettings,
        device_id: str,
        run_id: str,
        *,
        clock: Clock = Instant.now,
        backoff: Backoff | None = None,
        tally: Tally | None = None,
    ) -> None:
        """Prepare to publish; nothing is sent before :meth:`start`.

        With the ``tally`` of a publisher that this one follows, ``seq`` and all counts go on where they are.

        Raises:
            ConfigError: host, topics or credentials cannot be used as configured.
        """
        self._prefix = topic_prefix(settings.base_topic, device_id)
        self._device_id = device_id
        self._run_id = run_id
        self._clock = clock
        self._complained: set[str] = set()
        self._tally = tally or Tally(settings.max_rate_hz)
        self._buffer: Buffer[_Message] = Buffer(BUFFER_SIZE)
        self._connection = Connection(
            read_address(settings), device_id, f"{self._prefix}availability", backoff or Backoff()
        )
        self._thread = threading.Thread(target=self._run, name="mqtt-publish", daemon=True)

    def start(self) -> None:
        """Begin to connect and publish in the background; a broker that is away is tried again for ever."""
        self._connection.start()
        self._thread.start()

    def put(self, result: Result) -> None:
        """Take a result to publish on its task's topic, unless the rate limit leaves it out; never waits."""
        self._put(result.task, result)

    def put_stats(self, stats: Stats) -> None:
        """Take stats to publish, retained; never waits."""
        self._put("stats", stats)

    def stop(self) -> None:
        """Send what was taken so far, say ``offline`` and disconnect; takes at most a few seconds."""
        self._buffer.close()
        if self._thread.is_alive():
            self._thread.join(STOP_S)
        self._connection.close()

    def status(self) -> PublisherStatus:
        """How publishing goes at this moment."""
        link = self._connection.link
        return PublisherStatus(link.state, link.connects, self._tally.published(), self._tally.dropped(), link.error)

    def _put(self, name: str, content: Result | Stats) -> None:
        seq = self._tally.next_seq(name, self._clock().monotonic_ns)
        if seq is None:
            return
        dropped = self._buffer.put(_Message(name, seq, content))
        if dropped:
            self._tally.count(dropped.name, sent=False)

    def _run(self) -> None:
        while not self._buffer.exhausted:
            self._turn()

    def _turn(self) -> None:
        if not self._connection.ready(TURN_S):
            return
        message = self._buffer.get(TURN_S)
        if message:
            time.sleep(HEAD_START_S)
            self._tally.count(message.name, sent=self._send(message))

    def _send(self, message: _Message) -> bool:
        if not self._connection.connected:
            return False
        try:
            payload = self._encode(message)
        except ValueError as error:
            self._complain_once(message, error)
            return False
        return self._connection.send(self._prefix + message.name, payload, retain=message.name == "stats")

    def _complain_once(self, message: _Message, error: ValueError) -> None:
        # A model with broken weights gives scores that are not numbers, in every frame; JSON has no word for them.
        if message.name not in self._complained:
            self._complained.add(message.name)
            _logger.error("%s message %d cannot be sent as JSON: %s; check the model", message.name, message.seq, error)

    def _encode(self, message: _Message) -> bytes:
        header = Header(self._device_id, self._run_id, message.seq, self._clock())
        content = message.content
        payload = stats_payload(content, header) if isinstance(content, Stats) else result_payload(content, header)
        return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
