"""paho's client behind a guard: what was not looked at is not read, and what it stumbles over ends no thread."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from edge.mqtt.packet_guard import UnwantedPacketError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paho.mqtt.client import MQTTMessage, SocketLike
    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.packet_guard import PacketGuard

_CONNACK, _PUBACK = 0x20, 0x40
_CODE_AT = 2  # in an answer to a message, after the message's number
_PUBACK_CODES = frozenset({0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99})
_OTHER_ERROR = 0x83
_READ_BYTES, _MOST_WAITING_BYTES = 65_536, 1_048_576

_logger = logging.getLogger(__name__)


class GuardedClient(Client):
    """paho's client, which reads past a guard, and for which a packet that it stumbles over is the end, not a crash.

    ``offence`` is why it was stopped, once it was. It is for one connection and keeps no session at the broker.
    """

    offence: UnwantedPacketError | None = None

    def __init__(self, client_id: str, protocol: MQTTProtocolVersion, guard: PacketGuard) -> None:
        """Prepare to connect."""
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=None if protocol == MQTTv5 else True,  # MQTT 5: clean start, and nothing is kept after it
            protocol=protocol,
            reconnect_on_failure=False,
        )
        self.guard = guard
        self.max_inflight_messages_set(0)  # the sender keeps within receive_maximum; paho shall not queue
        self.on_socket_open = _prepare_socket
        # With this set, publish() leaves writing to the thread that reads; else it would write beside it.
        self.on_socket_register_write = _nothing
        self.on_message = _check_topic
        self._queueing = threading.Lock()
        self.codes: dict[int, int] = {}
        """Reason codes in answers to messages that paho does not know, by the message's number."""
        self._ahead = bytearray()  # read from the socket, but not by paho yet; empty outside of feed()

    def close(self) -> None:
        """Close its sockets and call nobody any more; for the thread that reads.

        Without this Python closes them, when and in what order it likes.
        """
        self.on_connect = self.on_disconnect = self.on_publish = self.on_socket_open = None
        self.on_subscribe = self.on_message = None
        with self._queueing:
            self._reset_sockets()

    def loop(self, timeout: float = 1.0) -> MQTTErrorCode:
        """Read, write and look at the time once; as paho's, but nobody listens for that.

        paho has threads wake each other by a pair of sockets that it makes by listening on a port of this machine.
        Others may connect there first, and the sandbox of the service does not allow it.
        """
        if self._sockpairR is None:
            self._sockpairR, self._sockpairW = socket.socketpair()
            self._sockpairR.setblocking(False)
            self._sockpairW.setblocking(False)
        return super().loop(timeout)

    def read_waiting(self) -> bytes:
        """Take what waits at the socket, about 1 MiB at most, unseen by paho; what it is to see has to be fed to it."""
        waiting = bytearray()
        with suppress(OSError):  # nothing is left, or the connection is lost, which paho will notice
            while len(waiting) < _MOST_WAITING_BYTES and (data := super()._sock_recv(_READ_BYTES)):
                waiting += data
        return bytes(waiting)

    def feed(self, packets: bytes) -> None:
        """Have paho deal with what was taken from the socket; the last packet need not be whole."""
        self._ahead += packets
        while self._ahead and self.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            pass

    def acknowledge(self, numbers: Sequence[int]) -> None:
        """Answer to messages (QoS 1) that paho never sees, by their numbers."""
        if numbers:
            answers = b"".join(bytes((_PUBACK, 2)) + number.to_bytes(2, "big") for number in numbers)
            self._packet_queue(_PUBACK, answers, numbers[-1], 0)

    def _create_socket_connection(self) -> socket.socket:
        """Connect from whatever port; paho binds to none in particular, which is the same but not allowed either."""
        return socket.create_connection((self._host, self._port), self._connect_timeout)

    def _packet_queue(self, *arguments: Any, **options: Any) -> MQTTErrorCode:
        """Hand a packet to the thread that writes, and wake it, unless that is over; for any thread."""
        with self._queueing:
            return super()._packet_queue(*arguments, **options)

    def _sock_recv(self, bufsize: int) -> bytes:
        """Read; all that paho reads comes through here."""
        try:
            room = self.guard.room(bufsize)
            data = bytes(self._ahead[:room]) or super()._sock_recv(room)
            del self._ahead[:room]
            self.guard.take(data)
        except UnwantedPacketError as offence:
            self.offence = offence
            raise
        return data

    def _packet_handle(self) -> MQTTErrorCode:
        """Deal with a packet that has been read."""
        first, rest = self._in_packet["command"], self._in_packet["packet"]
        if first == _PUBACK and len(rest) > _CODE_AT and rest[_CODE_AT] not in _PUBACK_CODES:
            # mosquitto's "packet too large" is none that the standard has here, and paho would stumble over it
            self.codes[int.from_bytes(rest[:_CODE_AT], "big")] = rest[_CODE_AT]
            rest[_CODE_AT] = _OTHER_ERROR
        malformed = UnwantedPacketError(f"a malformed packet (0x{first:02x}, {len(rest)} bytes)")
        try:
            result = super()._packet_handle()
        except Exception as error:  # there are many ways: a text that is none, a length that is not, an unknown code
            _logger.debug("%s", malformed, exc_info=error)
            self.offence = malformed
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        if result == MQTTErrorCode.MQTT_ERR_PROTOCOL and first != _CONNACK:  # that is also what a refusal gives
            self.offence = malformed
        return result


def _prepare_socket(client: Client, _userdata: Any, sock: SocketLike) -> None:
    if not isinstance(sock, socket.socket):
        return
    # Small messages must not wait for the acknowledgement of the one before (Nagle's algorithm): up to 40 ms.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # A network that swallows everything is noticed after one keepalive, not after the two that pings take.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * client.keepalive)


def _check_topic(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
    """Take a message that nobody has asked for; a topic that is no text, or only an alias, is the broker's error.

    Raises:
        ValueError: it is such a topic; the session ends.
    """
    if not message.topic:
        raise ValueError("a message without a topic")


def _nothing(*_details: object) -> None:
    pass
