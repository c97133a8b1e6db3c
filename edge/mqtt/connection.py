"""The link to the broker: one session after the other, spoken for by one state and one sentence."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from edge.base.backoff import Backoff
from edge.base.heartbeat import Heartbeat
from edge.base.limited_log import LimitedLog
from edge.errors import ConfigError
from edge.mqtt.duplicate import DuplicateDetector
from edge.mqtt.failure import TAKEN_OVER, LinkError, WillError, denied
from edge.mqtt.flood import FloodLimiter
from edge.mqtt.message import Message
from edge.mqtt.packet_limit import PacketLimit
from edge.mqtt.session import Session, open_session
from edge.mqtt.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.broker_address import Address
    from edge.mqtt.failure import BrokerAnswer
    from edge.mqtt.message import Received
    from edge.mqtt.properties import BrokerCapabilities
    from edge.mqtt.session import SessionEnd

LinkState: TypeAlias = Literal["starting", "connected", "away", "refused", "stopped"]

OFFLINE = b"offline"
CLOSE_STEP_S = 1.0  # each of the two waits of close()
CONNECT_LIMIT_S = 300.0
"""A name that no server resolves, and then several addresses that do not answer, take long and still come to an end."""
SLOW_FIRST_S, SLOW_LONGEST_S = 30.0, 300.0
HELD_S = 30.0
"""A connection that held so long was none that failed: the waits begin from the shortest again."""
_MOST_DENIALS = _MOST_TOLD = 20

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """Where the link stands; ``error`` says why there is none, ``connects`` counts how often it was made."""

    state: LinkState = "starting"
    error: str = ""
    connects: int = 0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait after an attempt: ``slow`` where only a person can help, ``quick`` otherwise."""

    quick: Backoff
    slow: Backoff

    @classmethod
    def usual(cls) -> RetryPolicy:
        """1 s to 30 s, and 30 s to 5 minutes."""
        return cls(Backoff(), Backoff(SLOW_FIRST_S, SLOW_LONGEST_S))

    def after(self, error: LinkError) -> float:
        """Seconds to wait after a failed attempt."""
        return (self.slow if error.hopeless else self.quick).next_s()

    def after_session(self, held_s: float, *, hopeless: bool) -> float:
        """Seconds to wait after a connection that held for ``held_s``; ``hopeless``: only a person can help."""
        if hopeless:
            return self.slow.next_s()
        if held_s >= HELD_S:
            self.slow.reset()
        return self.quick.next_s(held_s)


class ConnectionCallbacks(Protocol):
    """Who is told what happens on the link, in its thread; must not wait."""

    def connected(self, session: Session) -> None:
        """The broker has accepted us; that we are online is for the publisher to say."""
        ...

    def delivered(self, session: Session, number: int, accepted: bool) -> None:
        """A QoS 0 message was written to the socket, or the broker has answered to a QoS 1 message."""
        ...


class Connection:
    """Connects and reconnects to a broker, and says ``offline`` on close or by last will.

    MQTT 5 is tried first, then 3.1.1. The client id is the device's own and every session clean: after a power cut or
    a lost network the broker closes the half-open predecessor when we are back, instead of sending its last will over
    our ``online`` a minute later.
    """

    def __init__(
        self,
        address: Address,
        device_id: str,
        availability_topic: str,
        callbacks: ConnectionCallbacks,
        retry_policy: RetryPolicy,
        *,
        heartbeat: Heartbeat | None = None,
        run_id: str = "",
    ) -> None:
        self._address = address
        self._heartbeat = heartbeat or Heartbeat("mqtt link")
        self._client_id = f"edge-{device_id}"
        self._offline = Message(availability_topic, OFFLINE, qos=1, retain=True)
        self._callbacks = callbacks
        self._retry_policy = retry_policy
        self._limit = PacketLimit(address)
        self._duplicates = DuplicateDetector(device_id, run_id)
        self._own_stats = f"{availability_topic.removesuffix('availability')}stats"
        self._subscriptions = Subscriptions()
        self._subscriptions.add(self._own_stats, self._duplicates.take, retained=True)
        self._denials: dict[str, str] = {}
        self._capability_notice = ""
        self._told: set[str] = set()
        self._lines = LimitedLog(_logger)  # a link may come and go all day
        self._closing = threading.Event()
        self._session: Session | None = None
        self._turnstile = threading.Lock()  # between the last connect and close(): no session without its end
        self._thread = threading.Thread(target=self._run, name="mqtt-link", daemon=True)
        self.link = LinkStatus()

    def subscribe(self, topic: str, handler: Callable[[Received], None]) -> None:
        """Have ``handler`` called for what comes on ``topic``, on every connection; to be called before :meth:`start`.

        It is called in the link's thread and must not wait.
        """
        self._subscriptions.add(topic, handler)

    def notices(self) -> list[str]:
        """What is wrong at the broker although there is a link, a sentence each."""
        found = [self._duplicates.notice, self._limit.notice, self._capability_notice, *list(self._denials.values())]
        return [sentence for sentence in found if sentence]

    def start(self) -> None:
        """Begin to connect in the background; never waits and never fails because the broker is away."""
        self._thread.start()

    def close(self) -> None:
        """Say ``offline``, if connected, and disconnect; takes at most a few seconds even if the broker hangs."""
        with self._turnstile:
            if self._closing.is_set():
                return
            self._closing.set()
            session = self._session
        if session:
            session.leave(self._offline, CLOSE_STEP_S)
        if self._thread.is_alive():
            self._thread.join(CLOSE_STEP_S)  # it may sit in a slow name lookup
        if session:
            session.cut()  # what a hanging broker does not take would hold the thread for a whole keepalive
        self._heartbeat.rest()
        self._enter("stopped")

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                wait_s = self._connect_once()
            except LinkError as error:
                wait_s = self._retry_policy.after(error)
                self._enter(error.state, str(error))
            except Exception:  # a packet that paho stumbles over shall not end the link for good
                sentence = f"the link to {self._address} broke down; see the log"
                if self.link.error != sentence:
                    _logger.exception("the link to %s broke down", self._address)
                wait_s = self._retry_policy.quick.next_s()
                self._enter("away", sentence)
            self._rest()
            self._closing.wait(wait_s)

    def _work(self, at_least_s: float = 0.0) -> None:
        """Stamp the heartbeat; once closing, it is a successor's."""
        if not self._closing.is_set():
            self._heartbeat.work(at_least_s)

    def _rest(self) -> None:
        if not self._closing.is_set():
            self._heartbeat.rest()

    def _connect_once(self) -> float:
        """Hold one session to its end; returns how long to wait before the next."""
        session = self._open()
        began_s = time.monotonic()
        try:
            if not self._announce(session):
                return 0.0
            ending = session.hold(lambda: self._turn(session))
        finally:
            self._session = None
            session.close()
        return self._after(ending, time.monotonic() - began_s)

    def _turn(self, session: Session) -> None:
        self._work()
        self._subscriptions.resume(session)

    def _after(self, ending: SessionEnd, held_s: float) -> float:
        self._duplicates.disconnected(taken_over=ending.reason == TAKEN_OVER)
        sentence = f"{ending.sentence}; {self._subscriptions.mute(ending.topic)}" if ending.topic else ending.sentence
        duplicate = self._duplicates.notice
        self._enter("away", duplicate or sentence)
        if ending.is_mended:
            self._retry_policy.quick.reset()
        return self._retry_policy.after_session(held_s, hopeless=bool(duplicate))

    def _open(self) -> Session:
        will = self._offline
        while True:
            try:
                return open_session(self._address, partial(self._make_session, will))
            except WillError as error:
                milder = error.milder(will)
                if milder == will:
                    raise
                will = milder
            except ConfigError as error:  # a certificate file that was right at the start
                raise LinkError(str(error), "refused", hopeless=True) from error

    def _make_session(self, will: Message, protocol: MQTTProtocolVersion) -> Session:
        self._work(CONNECT_LIMIT_S)
        return Session(
            self._address,
            self._client_id,
            protocol,
            will=will,
            limit=self._limit,
            limiter=FloodLimiter(),
            on_delivered=self._callbacks.delivered,
            on_denied=self._on_denied,
        )

    def _announce(self, session: Session) -> bool:
        """Subscribe, and say to whom it matters that there is a session; False when we are closing."""
        with self._turnstile:
            if self._closing.is_set():
                return False
            if not session.takes(self._offline):
                raise LinkError(self._limit.notice, "refused", hopeless=True)  # it takes nothing that we have to say
            self._session = session
        self._duplicates.connected()
        self._denials.clear()
        self._take_capabilities(session.capabilities)
        self._subscriptions.begin(session)
        self._callbacks.connected(session)
        self._enter("connected")
        return True

    def _take_capabilities(self, capabilities: BrokerCapabilities) -> None:
        """Say, once, what a broker leaves out of all that it could do."""
        self._capability_notice = _lacking(self._address, capabilities)
        if self._capability_notice:
            self._tell_once(self._capability_notice)

    def _on_denied(self, deed: str, topic: str, answer: BrokerAnswer) -> None:
        sentence = denied(self._address, deed, topic, answer)
        if topic == self._own_stats and deed != "publish on":
            self._tell_once(f"{sentence}, or a second appliance of this name is not noticed", logging.INFO)
        elif topic not in self._denials and len(self._denials) < _MOST_DENIALS:
            self._denials[topic] = sentence
            self._tell_once(sentence)

    def _tell_once(self, sentence: str, level: int = logging.ERROR) -> None:
        if sentence not in self._told and len(self._told) < _MOST_TOLD:
            self._told.add(sentence)
            _logger.log(level, "%s", sentence)

    def _enter(self, state: LinkState, error: str = "") -> None:
        if self._closing.is_set() and state != "stopped":
            return
        before = self.link
        self.link = LinkStatus(state, error, before.connects + (state == "connected"))
        if state == before.state and (not error or error == before.error):
            return
        if error:
            self._lines.log(logging.WARNING, "%s; trying again", error)
        else:
            self._lines.log(logging.INFO, "the MQTT broker at %s: %s", self._address, state)


def _lacking(address: Address, capabilities: BrokerCapabilities) -> str:
    """What a broker leaves out of all that it could do, and what that costs; empty for nothing."""
    lacks = []
    if capabilities.maximum_qos == 0:
        lacks.append("takes no QoS 1, so an event can be lost with a connection; allow it there (mosquitto: max_qos)")
    if not capabilities.retains:
        lacks.append(
            "keeps no messages, so who comes later learns states, availability and Home Assistant's discovery"
            " only when they are sent again; allow it there (mosquitto: retain_available true)"
        )
    return f"the MQTT broker at {address} {', and '.join(lacks)}" if lacks else ""
