"""One connection to the broker, from CONNECT to its end."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.mqtt.failure import LOST, LinkError, refused, silent, unanswered, unreachable
from edge.mqtt.message import Received, ReplyTo

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.client import MQTTMessage, SocketLike
    from paho.mqtt.enums import MQTTProtocolVersion
    from paho.mqtt.reasoncodes import ReasonCode

    from edge.mqtt.address import Address
    from edge.mqtt.message import Message

ANSWER_S = 10.0
ANSWER_V5_S = 4.0  # some brokers that only know 3.1.1 do not answer at all, and that is tried next
TURN_S = 1.0  # how often paho looks whether the broker has been silent for too long
_BEFORE_PAHO = 0.8  # after a whole keepalive paho gives up by itself
INCOMING_LIMIT_BYTES = 65_536  # what an MQTT 5 broker may send us in one packet

_logger = logging.getLogger(__name__)


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
        will: Message,
        protocol: MQTTProtocolVersion,
        on_delivered: Callable[[Session, int, bool], None],
    ) -> None:
        """Prepare.

        ``on_delivered(session, number, accepted)`` is called in the thread of :meth:`hold` for each message sent: when
        a QoS 0 message was written to the socket, and when the broker has answered to a QoS 1 message.
        """
        self._address = address
        self._client_id = client_id
        self._will = will
        self._protocol = protocol
        self._on_delivered = on_delivered
        self._client: Client | None = None
        self._answer: ReasonCode | None = None
        self._ending = LOST
        self._expiries: dict[int, Properties] = {}
        self.is_v5 = protocol == MQTTv5
        self.receive_maximum = 65_535  # QoS 1 messages that the broker takes before it has answered to the first

    @property
    def alive(self) -> bool:
        """Whether messages can be sent: the broker has accepted us and the connection is up."""
        client = self._client
        return self._answer is not None and client is not None and client.socket() is not None

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
        try:
            self._await_answer(ANSWER_V5_S if self.is_v5 else min(ANSWER_S, _BEFORE_PAHO * address.keepalive_s))
        except LinkError:
            raise
        except Exception as error:  # paho stumbles in many ways over what is not MQTT, or not this version of it
            _logger.debug("%s does not answer as an MQTT broker does: %r", address, error)
            raise unanswered(address) from error
        if self._answer is None:
            raise unanswered(address)
        if self._answer.is_failure:
            raise refused(address, self._answer.getName())

    def hold(self, on_turn: Callable[[], object] = lambda: None) -> str:
        """Keep the connection up until it ends; returns why it did. ``on_turn`` is called at least every second."""
        while self._turn(TURN_S):
            on_turn()
        return self._ending

    def send(self, message: Message) -> int | None:
        """Hand a message over to be sent; returns its number, or None when that cannot be. Never waits."""
        client = self._client
        if client is None:
            return None
        properties = self._properties_of(message) if self.is_v5 else None
        try:
            info = client.publish(
                message.topic, message.payload, qos=message.qos, retain=message.retain, properties=properties
            )
        except ValueError as error:  # only where to answer is not for us to choose
            _logger.warning("a message for topic %r cannot be sent: %s", message.topic, error)
            return None
        return info.mid if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def subscribe(self, topic: str, handler: Callable[[Received], None]) -> None:
        """Have ``handler`` called for each message on ``topic``, in the thread of :meth:`hold`; it must not wait."""

        def on_message(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
            try:
                handler(Received(message.topic, bytes(message.payload), message.retain, _reply_to(message)))
            except Exception:  # what one message does shall not cost the connection
                _logger.exception("a message on %s could not be handled", message.topic)

        client = self._client
        if client is not None:
            client.message_callback_add(topic, on_message)
            if self.is_v5:  # what the broker had kept is old news: no request, no start of Home Assistant
                options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
                client.subscribe(topic, options=options)
            else:
                client.subscribe(topic, qos=1)

    def leave(self, last: Message, timeout_s: float) -> None:
        """Send a last QoS 1 message, wait for the answer to it, and disconnect, which :meth:`hold` will notice."""
        client = self._client
        if client is None:
            return
        info = client.publish(last.topic, last.payload, qos=last.qos, retain=last.retain)
        with suppress(RuntimeError):  # the connection was lost meanwhile: the last will says it
            info.wait_for_publish(timeout_s)
        client.disconnect()

    def cut(self) -> None:
        """End the connection without a word, which :meth:`hold` will notice."""
        client = self._client
        sock = None if client is None else client.socket()
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the client: it closes its sockets when nobody has it any more."""
        client, self._client = self._client, None
        if client is not None:
            client.on_connect = client.on_disconnect = client.on_publish = client.on_socket_open = None

    def _make_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            self._client_id,
            clean_session=None if self.is_v5 else True,  # MQTT 5: clean start, and no session is kept after its end
            protocol=self._protocol,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._address.username, self._address.password)
        client.will_set(self._will.topic, self._will.payload, qos=self._will.qos, retain=self._will.retain)
        client.max_inflight_messages_set(0)  # the sender keeps within receive_maximum; paho shall not queue
        client.on_socket_open = self._prepare_socket
        # With this set, publish() leaves writing to the thread in hold(); else it would write beside it.
        client.on_socket_register_write = _nothing
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    def _await_answer(self, timeout_s: float) -> None:
        deadline_s = time.monotonic() + timeout_s
        while self._answer is None and self._turn(max(0.0, deadline_s - time.monotonic())):
            if time.monotonic() >= deadline_s:
                raise silent(self._address, timeout_s)

    def _limits(self) -> Properties | None:
        if not self.is_v5:
            return None
        properties = _properties(PacketTypes.CONNECT)
        properties.MaximumPacketSize = INCOMING_LIMIT_BYTES
        return properties

    def _turn(self, timeout_s: float) -> bool:
        """Let paho read, write and look at the time once; False when the connection has ended."""
        client = self._client
        if client is None or client.loop(timeout_s) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        return client.socket() is not None

    def _properties_of(self, message: Message) -> Properties | None:
        if message.correlation is None:
            return self._expiry(message.expiry_s) if message.expiry_s else None
        properties = _properties(PacketTypes.PUBLISH)
        properties.CorrelationData = message.correlation
        return properties

    def _expiry(self, seconds: int) -> Properties:
        if seconds not in self._expiries:  # making one takes paho longer than sending the message
            self._expiries[seconds] = properties = _properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = seconds
        return self._expiries[seconds]

    def _prepare_socket(self, _client: Client, _userdata: Any, sock: SocketLike) -> None:
        if not isinstance(sock, socket.socket):
            return
        # Small messages must not wait for the acknowledgement of the one before (Nagle's algorithm): up to 40 ms.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # A network that swallows everything is noticed after one keepalive, not after the two that pings take.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * self._address.keepalive_s)

    # Called by paho, in the thread of open() and hold().

    def _on_connect(
        self, _client: Client, _userdata: Any, _flags: Any, reason: ReasonCode, properties: Properties | None
    ) -> None:
        self.receive_maximum = getattr(properties, "ReceiveMaximum", self.receive_maximum)
        self._answer = reason

    def _on_disconnect(
        self, _client: Client, _userdata: Any, _flags: Any, reason: ReasonCode, _properties: Any
    ) -> None:
        self._ending = reason.getName()

    def _on_publish(self, _client: Client, _userdata: Any, number: int, reason: ReasonCode, _properties: Any) -> None:
        self._on_delivered(self, number, not reason.is_failure)


def _reply_to(message: MQTTMessage) -> ReplyTo:
    properties = message.properties  # None from a broker that only speaks MQTT 3.1.1
    return ReplyTo(getattr(properties, "ResponseTopic", None), getattr(properties, "CorrelationData", None))


def _nothing(*_details: object) -> None:
    pass


def _properties(packet: int) -> Properties:
    return Properties(packet)  # type: ignore[no-untyped-call]
