"""The link to the broker: one session after the other, spoken for by one state and one sentence."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from paho.mqtt.client import MQTTv5, MQTTv311

from edge.errors import ConfigError
from edge.heart import Heart
from edge.mqtt.backoff import Backoff
from edge.mqtt.failure import LinkError, OldBrokerError, ended
from edge.mqtt.message import Message
from edge.mqtt.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.address import Address
    from edge.mqtt.message import Received

LinkState: TypeAlias = Literal["starting", "connected", "away", "refused", "stopped"]

ONLINE, OFFLINE = b"online", b"offline"
CLOSE_STEP_S = 1.0  # each of the two waits of close()
CONNECT_LIMIT_S = 300.0
"""A name that no server resolves, and then several addresses that do not answer, take long and still come to an end."""
SLOW_FIRST_S, SLOW_LONGEST_S = 30.0, 300.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the link stands; ``error`` says why there is none, ``connects`` counts how often it was made."""

    state: LinkState = "starting"
    error: str = ""
    connects: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait after an attempt: ``slow`` where only a person can help, ``quick`` otherwise."""

    quick: Backoff
    slow: Backoff

    @classmethod
    def usual(cls) -> Patience:
        """1 s to 30 s, and 30 s to 5 minutes."""
        return cls(Backoff(), Backoff(SLOW_FIRST_S, SLOW_LONGEST_S))

    def after(self, error: LinkError) -> float:
        """Seconds to wait after a failed attempt."""
        return (self.slow if error.hopeless else self.quick).next_s()


class Listener(Protocol):
    """Who is told what happens on the link, in its thread; must not wait."""

    def connected(self, session: Session) -> None:
        """The broker has accepted us and has been told that we are online."""
        ...

    def delivered(self, session: Session, number: int, accepted: bool) -> None:
        """A QoS 0 message was written to the socket, or the broker has answered to a QoS 1 message."""
        ...


class Connection:
    """Connects and reconnects to a broker, says ``online`` on every connect and ``offline`` on close or by last will.

    MQTT 5 is tried first, then 3.1.1. The client id is the device's own and every session clean: after a power cut or
    a lost network the broker closes the half-open predecessor when we are back, instead of sending its last will over
    our ``online`` a minute later.
    """

    def __init__(
        self,
        address: Address,
        device_id: str,
        availability_topic: str,
        listener: Listener,
        patience: Patience,
        *,
        heart: Heart | None = None,
    ) -> None:
        self._address = address
        self._heart = heart or Heart("mqtt link")
        self._client_id = f"edge-{device_id}"
        self._offline = Message(availability_topic, OFFLINE, qos=1, retain=True)
        self._online = Message(availability_topic, ONLINE, qos=1, retain=True)
        self._listener = listener
        self._patience = patience
        self._handlers: dict[str, Callable[[Received], None]] = {}
        self._closing = threading.Event()
        self._session: Session | None = None
        self._turnstile = threading.Lock()  # between the last connect and close(): never online after offline
        self._thread = threading.Thread(target=self._run, name="mqtt-link", daemon=True)
        self.link = Link()

    def subscribe(self, topic: str, handler: Callable[[Received], None]) -> None:
        """Have ``handler`` called for what comes on ``topic``, on every connection; to be called before :meth:`start`.

        It is called in the link's thread and must not wait.
        """
        self._handlers[topic] = handler

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
        self._heart.rest()
        self._enter("stopped")

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                wait_s = self._connect_once()
            except LinkError as error:
                wait_s = self._patience.after(error)
                self._enter(error.state, str(error))
            except Exception:  # a packet that paho stumbles over shall not end the link for good
                sentence = f"the link to {self._address} broke down; see the log"
                if self.link.error != sentence:
                    _logger.exception("the link to %s broke down", self._address)
                wait_s = self._patience.quick.next_s()
                self._enter("away", sentence)
            self._rest()
            self._closing.wait(wait_s)

    def _work(self, at_least_s: float = 0.0) -> None:
        """Stamp the heart; once closing, it is a successor's."""
        if not self._closing.is_set():
            self._heart.work(at_least_s)

    def _rest(self) -> None:
        if not self._closing.is_set():
            self._heart.rest()

    def _connect_once(self) -> float:
        """Hold one session to its end; returns how long to wait before the next."""
        session = self._open()
        began_s = time.monotonic()
        try:
            if not self._announce(session):
                return 0.0
            reason = session.hold(self._work)
        finally:
            self._session = None
            session.close()
        self._enter("away", ended(self._address, reason))
        return self._patience.quick.next_s(time.monotonic() - began_s)

    def _open(self) -> Session:
        wanted = self._address.protocol
        if wanted == "3.1.1":
            return self._opened(MQTTv311)
        try:
            return self._opened(MQTTv5)
        except OldBrokerError:
            if wanted == "5":
                raise
            return self._opened(MQTTv311)

    def _opened(self, protocol: MQTTProtocolVersion) -> Session:
        self._work(CONNECT_LIMIT_S)
        session = Session(self._address, self._client_id, self._offline, protocol, self._listener.delivered)
        try:
            session.open()
        except BaseException as error:
            session.close()
            if isinstance(error, ConfigError):  # a certificate file that was right at the start
                raise LinkError(str(error), "refused", hopeless=True) from error
            raise
        return session

    def _announce(self, session: Session) -> bool:
        """Say that we are online, and to whom it matters that there is a session; False when we are closing."""
        with self._turnstile:
            if self._closing.is_set():
                return False
            session.send(self._online)
            self._session = session
        for topic, handler in self._handlers.items():
            session.subscribe(topic, handler)
        self._listener.connected(session)
        self._enter("connected")
        return True

    def _enter(self, state: LinkState, error: str = "") -> None:
        if self._closing.is_set() and state != "stopped":
            return
        before = self.link
        self.link = Link(state, error, before.connects + (state == "connected"))
        if state == before.state and (not error or error == before.error):
            return
        if error:
            _logger.warning("%s; trying again", error)
        else:
            _logger.info("the MQTT broker at %s: %s", self._address, state)
