"""A short visit to a broker: to subscribe, to publish, and to know what became of it."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Self

from edge.errors import BrokerError
from edge.mqtt.dial import dial
from edge.mqtt.failure import LinkError, denied
from edge.mqtt.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.address import Address
    from edge.mqtt.failure import BrokerAnswer
    from edge.mqtt.message import Message, Received

ANSWER_S = 10.0
LARGEST_BYTES = 1_048_576
"""Snapshots are among what is asked for."""
_CLOSE_S = 2.0


class Client:
    """Connected inside the block; ``take`` is called for each message that comes, in a thread of the client's own.

    A connection that is lost is not made again: all later calls raise.

    Raises:
        BrokerError: the broker cannot be reached, or lets nobody in with these credentials.
        ConfigError: a certificate file cannot be used.
    """

    def __init__(self, address: Address, purpose: str, take: Callable[[Received], object]) -> None:
        """Prepare; the broker is shown ``purpose`` in the client id."""
        self._address = address
        self._client_id = f"edge-{purpose}-{secrets.token_hex(4)}"
        self._take = take
        self._news = threading.Condition()
        self._subscribed: set[str] = set()
        self._delivered: set[int] = set()
        self._failure = ""

    def __enter__(self) -> Self:
        try:
            self._session = dial(self._address, self._make_session)
        except LinkError as error:
            raise BrokerError(str(error)) from error
        self._thread = threading.Thread(target=self._hold, name="mqtt-client", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._session.leave()
        self._thread.join(_CLOSE_S)
        self._session.cut()  # a broker that hangs takes no farewell
        self._thread.join(_CLOSE_S)

    def subscribe(self, topic: str) -> None:
        """Have messages on ``topic`` taken, also those that the broker had kept; returns when it has agreed.

        Raises:
            BrokerError: it has not.
        """
        self._session.subscribe(topic, self._take, retained=True)
        self._await(lambda: topic in self._subscribed)

    def publish(self, message: Message) -> None:
        """Send a message; returns when the broker has it.

        Raises:
            BrokerError: it does not take it.
        """
        number = self._session.send(message)
        if number is None:
            raise BrokerError(self._failure or f"the MQTT broker at {self._address} takes no message now; try again")
        self._await(lambda: number in self._delivered)

    def _await(self, condition: Callable[[], bool]) -> None:
        with self._news:
            if not self._news.wait_for(lambda: self._failure or condition(), ANSWER_S):
                raise BrokerError(f"the MQTT broker at {self._address} has not answered for {ANSWER_S:g} s")
            if self._failure:
                raise BrokerError(self._failure)

    def _make_session(self, protocol: MQTTProtocolVersion) -> Session:
        return Session(
            self._address,
            self._client_id,
            protocol,
            on_delivered=self._on_delivered,
            on_denied=self._on_denied,
            on_subscribed=self._on_subscribed,
            incoming_limit_bytes=LARGEST_BYTES,
        )

    def _hold(self) -> None:
        try:
            ending = self._session.hold()
        finally:
            self._session.close()
        self._fail(ending.sentence)

    def _fail(self, sentence: str) -> None:
        with self._news:
            self._failure = self._failure or sentence
            self._news.notify_all()

    # Called by the session, in the thread of its own.

    def _on_delivered(self, _session: Session, number: int, _is_accepted: bool) -> None:
        with self._news:
            self._delivered.add(number)
            self._news.notify_all()

    def _on_denied(self, deed: str, topic: str, answer: BrokerAnswer) -> None:
        self._fail(denied(self._address, deed, topic, answer))

    def _on_subscribed(self, topic: str) -> None:
        with self._news:
            self._subscribed.add(topic)
            self._news.notify_all()
