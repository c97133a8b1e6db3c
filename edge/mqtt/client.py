"""A client beside the daemon's own connection, for commands: to listen, to ask, to try, and to know what came of it."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Self

from edge.base.backoff import Backoff
from edge.errors import BrokerError, ConfigError
from edge.mqtt.failure import LinkError, denied
from edge.mqtt.session import Session, open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.broker_address import Address
    from edge.mqtt.failure import BrokerAnswer
    from edge.mqtt.message import Message, Received

ANSWER_S = 10.0
LARGEST_BYTES = 1_048_576
"""Snapshots are among what is asked for."""
_CLOSE_S = 2.0
_LONGEST_RETRY_S = 5.0


class DeniedError(BrokerError):
    """The broker will not have a message or a subscription; ``reason`` is its own word for why."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Client:
    """Connected inside the block; ``take`` is called for each message that comes, in a thread of the client's own.

    A connection that is lost is not made again, and all later calls raise. With ``reconnects`` it is, with all
    subscriptions that the broker had agreed to; :attr:`notice` says so meanwhile.

    Raises:
        BrokerError: the broker cannot be reached, or lets nobody in with these credentials.
        ConfigError: a certificate file cannot be used.
    """

    def __init__(
        self,
        address: Address,
        purpose: str,
        take: Callable[[Received], object],
        *,
        reconnects: bool = False,
        answer_s: float = ANSWER_S,
    ) -> None:
        """Prepare; the broker is shown ``purpose`` in the client id, and has ``answer_s`` to answer to anything."""
        self._address = address
        self._client_id = f"edge-{purpose}-{secrets.token_hex(4)}"
        self._take = take
        self._reconnects = reconnects
        self._answer_s = answer_s
        self._closing = threading.Event()
        self._topics: list[str] = []
        self._news = threading.Condition()
        self._subscribed: set[str] = set()
        self._delivered: set[int] = set()
        self._denials: dict[str, DeniedError] = {}
        self.failure = ""
        """How the connection has ended; empty while there is one."""
        self.notice = ""
        """What is wrong at the moment; empty for nothing."""

    def __enter__(self) -> Self:
        try:
            self._session = open_session(self._address, self._make_session)
        except LinkError as error:
            raise BrokerError(str(error)) from error
        self._thread = threading.Thread(target=self._run, name="mqtt-client", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._closing.set()
        session = self._session
        session.leave()
        self._thread.join(_CLOSE_S)
        session.cut()  # a broker that hangs does not take a DISCONNECT
        self._thread.join(_CLOSE_S)

    @property
    def is_v5(self) -> bool:
        """Whether the broker speaks MQTT 5, which says what it denies."""
        return self._session.is_v5

    def subscribe(self, topic: str) -> None:
        """Have messages on ``topic`` taken, also those that the broker had kept; returns when it has agreed.

        Raises:
            DeniedError: it will not.
            BrokerError: it has not answered.
        """
        self._topics.append(topic)
        self._session.subscribe(topic, self._take_one, retained=True)
        self._await(lambda: topic in self._subscribed, topic)

    def publish(self, message: Message) -> None:
        """Send a message; returns when the broker has it.

        Raises:
            DeniedError: it does not take it.
            BrokerError: it cannot be sent, or it has not answered.
        """
        number = self._session.send(message)
        if number is None:
            raise BrokerError(self.failure or f"the MQTT broker at {self._address} takes no message now; try again")
        self._await(lambda: number in self._delivered, message.topic)

    def _await(self, condition: Callable[[], bool], topic: str) -> None:
        with self._news:
            is_answered = self._news.wait_for(lambda: self.failure or condition(), self._answer_s)
            if denial := self._denials.pop(topic, None):
                raise denial
            if self.failure:
                raise BrokerError(self.failure)
            if not is_answered:
                raise BrokerError(f"the MQTT broker at {self._address} has not answered for {self._answer_s:g} s")

    def _make_session(self, protocol: MQTTProtocolVersion) -> Session:
        return Session(
            self._address,
            self._client_id,
            protocol,
            on_delivered=self._on_delivered,
            on_denied=self._on_denied,
            on_subscribed=self._on_subscribed,
            incoming_limit_bytes=LARGEST_BYTES,
            answer_s=self._answer_s,
        )

    # The client's own thread, in which the session calls back, too.

    def _run(self) -> None:
        session: Session | None = self._session
        backoff = Backoff(longest_s=_LONGEST_RETRY_S)
        while session:
            try:
                ending = session.hold()
            finally:
                session.close()
            self._fail(ending.sentence)
            session = self._reopened(backoff) if self._reconnects else None

    def _reopened(self, backoff: Backoff) -> Session | None:
        """The next session, however long that takes; None when there is to be none."""
        while not self._closing.wait(backoff.next_s()):
            try:
                session = self._session = open_session(self._address, self._make_session)
            except (LinkError, ConfigError) as error:
                self._fail(str(error))
                continue
            if self._closing.is_set():
                session.leave()
            with self._news:
                self.failure = self.notice = ""
                for known in (self._subscribed, self._delivered, self._denials):
                    known.clear()  # messages are numbered anew
            for topic in self._topics:
                session.subscribe(topic, self._take_one, retained=True)
            return session
        return None

    def _fail(self, sentence: str) -> None:
        with self._news:
            self.failure = sentence
            self.notice = f"{sentence}; trying again" if self._reconnects else sentence
            self._news.notify_all()

    def _take_one(self, message: Received) -> None:
        try:
            self._take(message)
        except Exception as error:  # noqa: BLE001  # one message must not end the listening without a word
            self.notice = f"a message on {message.topic!r} could not be shown ({error!r})"

    def _on_delivered(self, _session: Session, number: int, _is_accepted: bool) -> None:
        with self._news:
            self._delivered.add(number)
            self._news.notify_all()

    def _on_denied(self, deed: str, topic: str, answer: BrokerAnswer) -> None:
        with self._news:
            self.notice = denied(self._address, deed, topic, answer)
            self._denials[topic] = DeniedError(self.notice, str(answer))

    def _on_subscribed(self, topic: str) -> None:
        with self._news:
            self._subscribed.add(topic)
            self._news.notify_all()
