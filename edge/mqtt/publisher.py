"""The result sink that publishes over MQTT."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from edge.base.heartbeat import Heartbeat
from edge.base.threads import WakeUp, make_way
from edge.messages.clock import Clock, Instant
from edge.messages.request import Response
from edge.mqtt.backlog import Backlog
from edge.mqtt.broker_address import read_address, topic_prefix
from edge.mqtt.connection import Connection, LinkState, RetryPolicy
from edge.mqtt.message_builder import MessageBuilder, response_name
from edge.mqtt.sender import STATS, Reply, Sender
from edge.types import Event, Stats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edge.mqtt.backlog import Told
    from edge.mqtt.message import Message, Received
    from edge.mqtt.session import Session
    from edge.mqtt.settings import MqttSettings
    from edge.types import Result, TaskState

BUFFER_SIZE = 16  # about a third of a second of three streams; each result holds on to its frame
TURN_S = 0.5
STOP_S = 1.0
STREAM_EXPIRY_S = 5
"""A result that a broker could not pass on within this is of no use to anybody any more."""
HEAD_START_S = 0.001
"""How long a message waits before it is built, so that the inference thread that just put it is back inside the model:
there it needs no interpreter lock, while before that it would stand still for as long as building and sending takes."""

_NEVER_S = float("inf")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublisherStatus:
    """How publishing goes; ``published`` and ``dropped`` count the messages of each topic since the start.

    ``waiting`` events have not been confirmed by the broker yet, ``lost`` ones never will be: there were too many, or
    the broker would not have them. ``error`` is a sentence on why there is no connection, empty while there is one;
    ``notices`` are sentences on what is wrong with one that is there.
    """

    state: LinkState
    connects: int
    published: Mapping[str, int]
    dropped: Mapping[str, int]
    waiting: int
    lost: int
    error: str
    notices: tuple[str, ...] = ()

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and the link is up."""
        return self.state == "connected"

    @property
    def reconnects(self) -> int:
        """How often the connection was made anew."""
        return max(0, self.connects - 1)


class _Numbered(NamedTuple):
    seq: int
    result: Result


def _no_birth() -> Sequence[Message]:
    return ()


class Publisher:
    """Publishes to ``<base_topic>/<device_id>/…``; a sink that never makes its caller wait.

    The rate limit comes first and ``seq`` is given right after it, so every message dropped later (buffer full, broker
    away) is seen as a gap. Messages are built and sent by the publisher's own thread; what callers and the link do is
    to leave things where it finds them, and to wake it up.
    """

    def __init__(
        self,
        settings: MqttSettings,
        device_id: str,
        run_id: str,
        *,
        clock: Clock = Instant.now,
        retry_policy: RetryPolicy | None = None,
        backlog: Backlog | None = None,
        birth: Callable[[], Sequence[Message]] = _no_birth,
        gather: Callable[[], Stats] | None = None,
        heartbeat: Heartbeat | None = None,
        link_heartbeat: Heartbeat | None = None,
    ) -> None:
        """Prepare to publish; nothing is sent before :meth:`start`.

        With the ``backlog`` of a publisher that this one follows, ``seq``, all counts, states and waiting events go on
        where they are. ``birth`` gives the messages that every connection begins with, ``gather`` the stats of the
        moment, which come with the states; both are called in the publisher's thread.

        Raises:
            ConfigError: host, topics, credentials or certificates cannot be used as configured.
        """
        self._clock = clock
        self._heartbeat = heartbeat or Heartbeat("mqtt")
        self._complained: set[str] = set()
        self._backlog = backlog or Backlog(settings.max_rate_hz)
        self._counters = self._backlog.counters
        self._wake_up = WakeUp()
        self._streams: deque[_Numbered] = deque()
        self._told = self._backlog.told
        self._sessions: SimpleQueue[Session] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Session, int, bool]] = SimpleQueue()
        prefix = topic_prefix(settings.base_topic, device_id)
        self._builder = MessageBuilder(device_id, run_id, prefix, self._counters, clock)
        self._birth, self._gather = birth, gather
        self._sender = Sender(self._backlog, prefix, self._opening)
        self._connection = Connection(
            read_address(settings),
            device_id,
            f"{prefix}availability",
            self,
            retry_policy or RetryPolicy.usual(),
            heartbeat=link_heartbeat,
            run_id=run_id,
        )
        self._renew_at_s = _NEVER_S
        self._stop_by_s = _NEVER_S
        self._thread = threading.Thread(target=self._run, name="mqtt-publish", daemon=True)

    def subscribe(self, topic: str, handler: Callable[[Received], None]) -> None:
        """Have ``handler`` called for what comes on ``topic``, a full one; to be called before :meth:`start`.

        It is called in the link's thread and must not wait.
        """
        self._connection.subscribe(topic, handler)

    def start(self) -> None:
        """Begin to connect and publish in the background; a broker that is away is tried again for ever."""
        self._connection.start()
        self._thread.start()

    def put(self, result: Result) -> None:
        """Take a result to publish on its task's topic, unless the rate limit leaves it out; never waits."""
        seq = self._counters.next_seq(result.task, self._clock().monotonic_ns)
        if seq is None:
            return
        self._streams.append(_Numbered(seq, result))
        if len(self._streams) > BUFFER_SIZE:
            self._drop_oldest()
        self._wake_up.call()

    def put_stats(self, stats: Stats) -> None:
        """Take stats to publish, retained; never waits."""
        self._told.append(stats)
        self._wake_up.call()

    def put_state(self, state: TaskState) -> None:
        """Take the state of a task to publish, retained, now and on every later connection; never waits."""
        self._told.append(state)
        self._wake_up.call()

    def put_event(self, event: Event) -> None:
        """Take an event, which is sent until the broker has confirmed it; never waits."""
        self._told.append(event)
        self._wake_up.call()

    def put_response(self, response: Response) -> None:
        """Take an answer, which is sent on the present connection or not at all; never waits."""
        self._told.append(response)
        self._wake_up.call()

    def renew(self, after_s: float = 0.0) -> None:
        """Send again, so many seconds from now, what every connection begins with, and all states; never waits."""
        self._renew_at_s = time.monotonic() + after_s
        self._wake_up.call()

    def stop(self) -> None:
        """Send what was taken so far, say ``offline`` and disconnect; takes at most a few seconds."""
        self._stop_by_s = time.monotonic() + STOP_S
        self._wake_up.call()
        if self._thread.is_alive():
            self._thread.join()
        self._connection.close()

    def status(self) -> PublisherStatus:
        """How publishing goes at this moment."""
        link, outbox = self._connection.link, self._backlog.outbox
        return PublisherStatus(
            state=link.state,
            connects=link.connects,
            published=self._counters.published(),
            dropped=self._counters.dropped(),
            waiting=outbox.waiting + sum(isinstance(told, Event) for told in self._told.copy()),
            lost=outbox.dropped,
            error=link.error,
            notices=tuple(self._connection.notices()),
        )

    def connected(self, session: Session) -> None:
        """Be told by the link of a new session."""
        self._sessions.put(session)
        self._wake_up.call()

    def delivered(self, session: Session, number: int, accepted: bool) -> None:
        """Be told by the link what became of a message."""
        self._answers.put((session, number, accepted))
        if self._streams or self._sender.under_way:  # else nobody waits for it
            self._wake_up.call()

    def _drop_oldest(self) -> None:
        with suppress(IndexError):  # the publisher's thread was quicker
            self._counters.count(self._streams.popleft().result.task, sent=False)

    # The publisher's own thread.

    def _run(self) -> None:
        make_way()
        while not self._is_finished():
            self._heartbeat.rest()
            if self._wake_up.wait(TURN_S):
                time.sleep(HEAD_START_S)
            self._heartbeat.work()
            try:
                self._turn()
            except Exception as fault:  # noqa: BLE001  # a message that cannot be made shall not silence all others
                self._complain_of_fault(fault)
        self._heartbeat.rest()
        self._take_told()
        while self._streams:
            self._drop_oldest()

    def _complain_of_fault(self, fault: Exception) -> None:
        if "" not in self._complained:
            self._complained.add("")
            _logger.error("a message could not be published; going on, and saying so no more", exc_info=fault)

    def _is_finished(self) -> bool:
        if self._stop_by_s == _NEVER_S:
            return False
        busy = self._streams or self._told or not self._sender.done
        return time.monotonic() > self._stop_by_s or not (self._sender.alive and busy)

    def _turn(self) -> None:
        self._take_news()
        self._take_told()
        if time.monotonic() >= self._renew_at_s:
            self._renew_at_s = _NEVER_S
            self._sender.renew()
        self._sender.send_due()
        self._send_streams()

    def _take_news(self) -> None:
        while not self._sessions.empty():
            self._sender.begin(self._sessions.get())
        while not self._answers.empty():
            session, number, accepted = self._answers.get()
            self._sender.delivered(session, number, accepted=accepted)

    def _take_told(self) -> None:
        """Number and encode states, stats, events and answers, once: sent again, they are the same message."""
        while self._told:
            told = self._told[0]
            try:
                self._take(told)
            finally:
                self._told.popleft()  # not before: an event is always counted as waiting somewhere

    def _opening(self) -> Sequence[Message]:
        """What every connection begins with; stats of this moment are among the states that follow it."""
        if self._gather:
            try:
                stats = self._gather()
                # The link calls itself connected only a moment after it has told us.
                self._take(replace(stats, mqtt=replace(stats.mqtt, connected=True)))
            except Exception as fault:  # noqa: BLE001  # nor shall stats that cannot be made
                self._complain_of_fault(fault)
        return self._birth()

    def _take(self, told: Told) -> None:
        if isinstance(told, Response):
            self._take_response(told)
        elif isinstance(told, Event):
            self._take_event(told)
        elif isinstance(told, Stats):
            self._keep(STATS, self._builder.stats(told))
        else:
            self._keep(f"state/{told.task}", self._builder.state(told))

    def _take_event(self, event: Event) -> None:
        for _ in range(self._backlog.outbox.put(self._builder.event(event))):
            self._counters.count("event", sent=False)

    def _keep(self, name: str, payload: bytes) -> None:
        if not self._backlog.states.put(name, payload):
            self._counters.count(name, sent=False)

    def _take_response(self, response: Response) -> None:
        self._counters.count(response_name(response), sent=self._sender.reply(self._builder.reply(response)))
        if picture := self._builder.picture(response):
            self._sender.reply(Reply(picture))

    def _send_streams(self) -> None:
        while self._streams and self._sender.ready:
            message = self._streams.popleft()
            self._counters.count(message.result.task, sent=self._send(message))

    def _send(self, message: _Numbered) -> bool:
        if not self._sender.alive:
            return False
        try:
            payload = self._builder.result(message.result, message.seq)
        except ValueError as error:
            self._complain_once(message, error)
            return False
        return self._sender.send_stream(message.result.task, payload, expiry_s=STREAM_EXPIRY_S)

    def _complain_once(self, message: _Numbered, error: ValueError) -> None:
        # A model with broken weights gives scores that are not numbers, in every frame; JSON has no word for them.
        task = message.result.task
        if task not in self._complained:
            self._complained.add(task)
            _logger.error("%s message %d cannot be sent as JSON: %s; check the model", task, message.seq, error)
