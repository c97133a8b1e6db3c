"""One connection to the broker, from CONNECT to its end."""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paho.mqtt.client import MQTTv5, MQTTv311
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.messages.request import ReplyTo
from edge.mqtt.failure import (
    LOST,
    OLD_PROTOCOL,
    BrokerAnswer,
    OldBrokerError,
    ended,
    foreign,
    given_up,
    refused,
    silent,
    unanswered,
    unreachable,
)
from edge.mqtt.flood import drop_excess
from edge.mqtt.guarded_client import GuardedClient
from edge.mqtt.message import Received
from edge.mqtt.packet_guard import INCOMING_LIMIT_BYTES, PacketGuard, UnwantedPacketError
from edge.mqtt.packet_limit import TOO_LARGE, PacketLimit
from edge.mqtt.properties import BrokerCapabilities, MessageProperties, new_properties

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import Client, MQTTMessage
    from paho.mqtt.enums import MQTTProtocolVersion
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from edge.mqtt.broker_address import Address
    from edge.mqtt.failure import LinkError
    from edge.mqtt.flood import FloodLimiter
    from edge.mqtt.message import Message
    from edge.mqtt.packet_limit import Sent

ANSWER_S = 10.0
ANSWER_V5_S = 4.0  # some brokers that only know 3.1.1 do not answer at all, and that is tried next
TURN_S = 1.0  # how often paho looks whether the broker has been silent for too long
_BEFORE_PAHO = 0.8  # after a whole keepalive paho gives up by itself
_TOO_LARGE_CODE = 0x95
_OLD_PROTOCOL_CODE = b"\x01"  # of MQTT 3.1.1, about which paho says nothing

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """Why a connection ended, as paho names it and in a sentence.

    ``topic`` had a message that is too large for us; ``is_mended``: the next connection will not end for this.
    """

    reason: str
    sentence: str
    topic: str = ""
    is_mended: bool = False


class Session:
    """A connection with a paho client of its own, which dies with it.

    paho keeps QoS 1 messages over a reconnect and sends them again by itself. With a client for each connection it has
    nothing to keep: what is not acknowledged when a session ends is its sender's to send again on the next.

    :meth:`open`, :meth:`hold` and :meth:`close` are for one thread; the others for any.
    """

    def __init__(
        self,
        address: Address,
        client_id: str,
        protocol: MQTTProtocolVersion,
        *,
        will: Message | None = None,
        limit: PacketLimit | None = None,
        limiter: FloodLimiter | None = None,
        on_delivered: Callable[[Session, int, bool], object] = lambda *_: None,
        on_denied: Callable[[str, str, BrokerAnswer], object] = lambda *_: None,
        on_subscribed: Callable[[str], object] = lambda *_: None,
        incoming_limit_bytes: int = INCOMING_LIMIT_BYTES,
        answer_s: float = ANSWER_S,
    ) -> None:
        """Prepare.

        ``limit`` knows what the broker does not take, from earlier sessions with it; ``limiter`` leaves out what is far
        too much. All that follow are called in the thread of :meth:`open` and :meth:`hold`: ``on_delivered(session,
        number, accepted)`` for each message sent, when a QoS 0 message was written to the socket and when the broker
        has answered to a QoS 1 message; ``on_denied(deed, topic, answer)`` when it will not have a message or a
        subscription, ``on_subscribed(topic)`` when it has answered to that. What comes and is longer than
        ``incoming_limit_bytes`` is not read. The broker has at most ``answer_s`` to answer to CONNECT.
        """
        self._address = address
        self._client_id = client_id
        self._will = will
        self._protocol = protocol
        self._limit = limit or PacketLimit(address)
        self._on_delivered = on_delivered
        self._on_denied = on_denied
        self._on_subscribed = on_subscribed
        self._incoming_limit_bytes = incoming_limit_bytes
        self._answer_s = answer_s
        self._client: GuardedClient | None = None
        self._flood_limiter = limiter
        self._answer: BrokerAnswer | None = None
        self._accepted = False
        self._ending = BrokerAnswer(LOST)
        self._offence: UnwantedPacketError | None = None
        self._properties = MessageProperties(is_v5=protocol == MQTTv5)
        self._subscriptions: dict[int, str] = {}
        self._subscribing = threading.Lock()  # the answer may come before the number of the question is noted
        self._refused: dict[int, BrokerAnswer] = {}
        self.is_v5 = protocol == MQTTv5
        self.capabilities = BrokerCapabilities()

    @property
    def alive(self) -> bool:
        """Whether messages can be sent: the broker has accepted us and the connection is up."""
        client = self._client
        return self._accepted and client is not None and client.socket() is not None

    def open(self) -> None:
        """Connect and wait for the broker's answer.

        Raises:
            ConfigError: a certificate file cannot be used any more.
            LinkError: the broker cannot be reached, is not trusted, or refuses us.
        """
        address = self._address
        client = self._client = self._make_client()
        if address.tls:
            client.tls_set_context(address.tls.context())
        try:
            client.connect(address.host, address.port, address.keepalive_s, properties=self._limits())
        except OSError as error:
            raise unreachable(address, error) from error
        self._await_answer(min(self._answer_s, ANSWER_V5_S if self.is_v5 else _BEFORE_PAHO * address.keepalive_s))
        if not self._accepted:
            raise self._refusal()

    def hold(self, on_turn: Callable[[], object] = lambda: None) -> SessionEnd:
        """Keep the connection up until it ends; returns why it did. ``on_turn`` is called at least every second."""
        began_s = time.monotonic()
        while self._turn(TURN_S):
            on_turn()
            if self._flood_limiter and self._client:
                drop_excess(self._client, self._flood_limiter)
        is_mended = self._limit.end(self._ending.reason, time.monotonic() - began_s)
        if self._offence:
            return SessionEnd(LOST, given_up(self._address, self._offence), self._offence.topic)
        return SessionEnd(self._ending.reason, ended(self._address, self._ending), is_mended=is_mended)

    def send(self, message: Message) -> int | None:
        """Hand a message over to be sent; returns its number, or None when that cannot be. Never waits.

        What the broker does not take is not sent: too large a message, which is said; QoS 1 and retaining are left out.
        """
        client = self._client
        if client is None:
            return None
        message = self.capabilities.adapted(message)
        properties = self._properties.of(message)
        size = self._properties.size_of(message, properties)
        if not self._limit.admits(message.topic, size):
            return None
        noted = self._limit.sending(message.topic, size)
        try:
            info = client.publish(
                message.topic, message.payload, qos=message.qos, retain=message.retain, properties=properties
            )
        except ValueError as error:  # only where to answer is not for us to choose
            _logger.warning("a message for topic %r cannot be sent: %s", message.topic, error)
            return None
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return None
        if message.qos:
            self._limit.awaits(info.mid, noted)
            self._tell_refused(info.mid, noted)
        return info.mid

    def takes(self, message: Message) -> bool:
        """Whether the broker takes a message of this size; else that is said."""
        message = self.capabilities.adapted(message)
        size = self._properties.size_of(message, self._properties.of(message))
        return self._limit.admits(message.topic, size)

    def subscribe(self, topic: str, handler: Callable[[Received], object], *, retained: bool = False) -> None:
        """Have ``handler`` called for each message on ``topic``, in the thread of :meth:`hold`; it must not wait.

        Without ``retained``, an MQTT 5 broker leaves out what it had kept: for requests, that is old news.
        """

        def on_message(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
            if self._flood_limiter and not self._flood_limiter.admits(topic):
                return
            try:
                handler(Received(message.topic, bytes(message.payload), message.retain, _reply_to(message)))
            except Exception:  # what one message does shall not cost the connection
                _logger.exception("a message on %s could not be handled", message.topic)

        client = self._client
        if client is None:
            return
        if self._flood_limiter:
            self._flood_limiter.watch(topic)
        client.message_callback_add(topic, on_message)
        kept = SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if retained else SubscribeOptions.RETAIN_DO_NOT_SEND
        options = {"options": SubscribeOptions(qos=1, retainHandling=kept)} if self.is_v5 else {"qos": 1}
        with self._subscribing:
            _, number = client.subscribe(topic, **options)
            if number is not None:
                self._subscriptions[number] = topic

    def leave(self, last: Message | None = None, timeout_s: float = 0.0) -> None:
        """Send a last QoS 1 message, wait for the answer to it, and disconnect, which :meth:`hold` will notice."""
        client = self._client
        if client is None:
            return
        if last:
            self._send_last(client, last, timeout_s)
        client.disconnect()

    def _send_last(self, client: Client, last: Message, timeout_s: float) -> None:
        last = self.capabilities.adapted(last)
        info = client.publish(last.topic, last.payload, qos=last.qos, retain=last.retain)
        with suppress(RuntimeError):  # the connection was lost meanwhile: the last will says it
            info.wait_for_publish(timeout_s)

    def cut(self) -> None:
        """End the connection without a word, which :meth:`hold` will notice."""
        client = self._client
        sock = None if client is None else client.socket()
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the client and close its sockets."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _make_client(self) -> GuardedClient:
        guard = PacketGuard(is_v5=self.is_v5, limit_bytes=self._incoming_limit_bytes)
        client = GuardedClient(self._client_id, self._protocol, guard)
        client.username_pw_set(self._address.username, self._address.password)
        if self._will:
            client.will_set(self._will.topic, self._will.payload, qos=self._will.qos, retain=self._will.retain)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        return client

    def _await_answer(self, timeout_s: float) -> None:
        deadline_s = time.monotonic() + timeout_s
        while self._answer is None and self._turn(max(0.0, deadline_s - time.monotonic())):
            if time.monotonic() >= deadline_s:
                raise silent(self._address, timeout_s)

    def _refusal(self) -> LinkError:
        if self._answer:
            return refused(self._address, self._answer)
        if self._offence:
            return foreign(self._address, self._offence)
        if self._client and self._client.guard.answer[1:] == _OLD_PROTOCOL_CODE:
            return refused(self._address, BrokerAnswer(OLD_PROTOCOL))
        return unanswered(self._address)

    def _limits(self) -> Properties | None:
        if not self.is_v5:
            return None
        properties = new_properties(PacketTypes.CONNECT)
        properties.MaximumPacketSize = self._incoming_limit_bytes
        return properties

    def _turn(self, timeout_s: float) -> bool:
        """Let paho read, write and look at the time once; False when the connection has ended."""
        client = self._client
        if client is None:
            return False
        goes_on = client.loop(timeout_s) == MQTTErrorCode.MQTT_ERR_SUCCESS and client.socket() is not None
        try:
            client.guard.check_time()
        except UnwantedPacketError as offence:
            client.offence = offence
        self._offence = client.offence
        return goes_on and self._offence is None

    # Called by paho, in the thread of open() and hold().

    def _on_connect(
        self, _client: Client, _userdata: Any, _flags: Any, reason: ReasonCode, properties: Properties | None
    ) -> None:
        self.capabilities = BrokerCapabilities.of(properties)
        self._limit.begin(self.capabilities.packet_bytes)
        self._answer = BrokerAnswer.of(reason, properties)
        self._accepted = not reason.is_failure

    def _on_disconnect(
        self, _client: Client, _userdata: Any, _flags: Any, reason: ReasonCode, properties: Properties | None
    ) -> None:
        self._ending = BrokerAnswer.of(reason, properties)

    def _on_publish(
        self, client: Client, _userdata: Any, number: int, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure and isinstance(client, GuardedClient):
            is_too_large = client.codes.pop(number, None) == _TOO_LARGE_CODE
            self._refused[number] = BrokerAnswer(TOO_LARGE) if is_too_large else BrokerAnswer.of(reason, properties)
            if message := self._limit.message_of(number):
                self._tell_refused(number, message)
        self._limit.answered(number)
        self._on_delivered(self, number, not reason.is_failure)

    def _tell_refused(self, number: int, message: Sent) -> None:
        """Say it when the broker will not have a message; it may answer before the sender has noted the number."""
        answer = self._refused.pop(number, None)
        if answer is None:
            return
        if answer.reason == TOO_LARGE:
            self._limit.refuse(message)
        else:
            self._on_denied("publish on", message.topic, answer)

    def _on_subscribe(
        self, _client: Client, _userdata: Any, number: int, reasons: list[ReasonCode], properties: Properties | None
    ) -> None:
        with self._subscribing:
            topic = self._subscriptions.pop(number, None)
        if topic is None:  # nobody has asked
            return
        if any(reason.is_failure for reason in reasons):
            self._on_denied("subscribe to", topic, BrokerAnswer.of(reasons[0], properties))
        self._on_subscribed(topic)


def open_session(address: Address, make: Callable[[MQTTProtocolVersion], Session]) -> Session:
    """A session in the version of MQTT that the broker speaks.

    That is 5, or 3.1.1 where the broker does not answer to that, or what ``mqtt.protocol`` says.

    Raises:
        ConfigError: a certificate file cannot be used any more.
        LinkError: the broker cannot be reached, is not trusted, or refuses us.
    """
    if address.protocol != "3.1.1":
        try:
            return _opened(make(MQTTv5))
        except OldBrokerError:
            if address.protocol == "5":
                raise
    return _opened(make(MQTTv311))


def _opened(session: Session) -> Session:
    try:
        session.open()
    except BaseException:
        session.close()
        raise
    return session


def _reply_to(message: MQTTMessage) -> ReplyTo:
    properties = message.properties  # None from a broker that only speaks MQTT 3.1.1
    return ReplyTo(getattr(properties, "ResponseTopic", None), getattr(properties, "CorrelationData", None))
