"""Listening to a broker: connected once or not at all, then for as long as it takes."""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Self

from edge.base.backoff import Backoff
from edge.errors import BrokerError, ConfigError
from edge.mqtt.dial import dial
from edge.mqtt.failure import LinkError, denied
from edge.mqtt.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.address import Address
    from edge.mqtt.failure import BrokerAnswer
    from edge.mqtt.message import Received

_TIMEOUT_S = 10.0
_CLOSE_S = 2.0
_LONGEST_RETRY_S = 5.0
_LIMIT_BYTES = 1_048_576  # snapshots are among what is listened to


class Listener:
    """Passes every message of some topics on, inside the block; entered once it has subscribed.

    ``take`` is called with topic and payload by a thread of the listener's own. A connection that is lost later is
    made again; :attr:`notice` says so meanwhile.

    Raises:
        BrokerError: the broker cannot be reached, or lets nobody in with these credentials.
    """

    def __init__(self, address: Address, topics: Sequence[str], take: Callable[[str, bytes], None]) -> None:
        self._address = address
        self._topics = topics
        self._take = take
        self._client_id = f"edge-watch-{secrets.token_hex(4)}"
        self._answered = threading.Event()
        self._closing = threading.Event()
        self._refusal = ""
        self.notice = ""
        """What is wrong with the connection at the moment; empty for nothing."""
        self._session: Session | None = None
        self._thread = threading.Thread(target=self._run, name="mqtt-listen", daemon=True)

    def __enter__(self) -> Self:
        try:
            self._session = self._dial()
        except LinkError as error:
            raise BrokerError(str(error)) from error
        self._thread.start()
        if not self._answered.wait(_TIMEOUT_S) or self._refusal:
            self._close()
            raise BrokerError(self._refusal or f"{self._address} does not answer as an MQTT broker does")
        return self

    def __exit__(self, *_details: object) -> None:
        self._close()

    def _close(self) -> None:
        self._closing.set()
        session = self._session
        if session:
            session.leave()
        self._thread.join(_CLOSE_S)
        if session:
            session.cut()  # a broker that hangs takes no farewell
        self._thread.join(_CLOSE_S)

    def _dial(self) -> Session:
        return dial(self._address, self._make_session)

    def _make_session(self, protocol: MQTTProtocolVersion) -> Session:
        return Session(
            self._address,
            self._client_id,
            protocol,
            on_denied=self._on_denied,
            on_subscribed=self._on_subscribed,
            incoming_limit_bytes=_LIMIT_BYTES,
        )

    def _run(self) -> None:
        patience = Backoff(longest_s=_LONGEST_RETRY_S)
        while not self._closing.is_set():
            try:
                self._listen(self._session or self._dial())
            except (LinkError, ConfigError) as error:
                self.notice = f"{error}; trying again"
            self._session = None
            self._closing.wait(patience.next_s())

    def _listen(self, session: Session) -> None:
        """Take messages in until the connection ends."""
        self._session = session
        try:
            for topic in self._topics:
                session.subscribe(topic, self._take_one, retained=True)
            self.notice = ""
            ending = session.hold()
        finally:
            session.close()
        self.notice = f"{ending.sentence}; trying again"

    def _on_denied(self, deed: str, topic: str, answer: BrokerAnswer) -> None:
        self._refusal = self.notice = denied(self._address, deed, topic, answer)

    def _on_subscribed(self, _topic: str) -> None:
        self._answered.set()

    def _take_one(self, message: Received) -> None:
        try:
            self._take(message.topic, message.payload)
        except Exception as error:  # noqa: BLE001  # one message must not end the listening without a word
            self.notice = f"a message on {message.topic!r} could not be shown ({error!r})"
