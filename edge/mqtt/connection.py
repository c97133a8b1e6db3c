"""The link to the broker: kept up by paho's network thread, spoken for by one state and one sentence."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

if TYPE_CHECKING:
    from paho.mqtt.client import ConnectFlags, DisconnectFlags, MQTTMessageInfo, SocketLike
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from edge.mqtt.address import Address
    from edge.mqtt.backoff import Backoff

LinkState: TypeAlias = Literal["starting", "connected", "away", "refused", "stopped"]

ONLINE, OFFLINE = "online", "offline"
CLOSE_STEP_S = 1.0  # each of the two waits of close()
QUEUED_LIMIT = 64  # QoS 1 messages inside paho; streams are QoS 0 and wait in our own buffer only

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the link stands; ``error`` says why there is none, ``connects`` counts how often it was made."""

    state: LinkState = "starting"
    error: str = ""
    connects: int = 0


class Connection:
    """Connects and reconnects to a broker, says ``online`` on every connect and ``offline`` on close or by last will.

    The client id is the device's own and the session clean: after a power cut or a lost network the broker closes the
    half-open predecessor when we are back, instead of sending its last will over our ``online`` a minute later.
    """

    def __init__(self, address: Address, device_id: str, availability_topic: str, backoff: Backoff) -> None:
        self._address = address
        self._availability_topic = availability_topic
        self._backoff = backoff
        self._closing = False
        self._connected_at_s = 0.0
        self._unwritten: MQTTMessageInfo | None = None
        self._turnstile = threading.Lock()  # between the last connect and close(): never online after offline
        self.link = Link()
        self._client = self._make_client(f"edge-{device_id}")

    def start(self) -> None:
        """Begin to connect in the background; never waits and never fails because the broker is away."""
        self._client.connect_async(self._address.host, self._address.port, self._address.keepalive_s)
        self._client.loop_start()

    def close(self) -> None:
        """Say ``offline``, if connected, and disconnect; takes at most a few seconds even if the broker hangs."""
        with self._turnstile:
            self._closing = True
        if self.connected:
            info = self._client.publish(self._availability_topic, OFFLINE, qos=1, retain=True)
            with suppress(RuntimeError):  # the link went down meanwhile: the last will says it
                info.wait_for_publish(CLOSE_STEP_S)
        self._client.disconnect()
        # Stopping joins the network thread, which may sit in a slow name lookup: it gets a bounded time.
        stopper = threading.Thread(target=self._stop_network_thread, name="mqtt-stop", daemon=True)
        stopper.start()
        stopper.join(CLOSE_STEP_S)
        self._enter("stopped")

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted us and the link is up."""
        return self.link.state == "connected"

    def ready(self, timeout_s: float) -> bool:
        """Wait until the socket has taken the last message sent; False if it has not within the time.

        Whoever sends only when ready keeps paho's unbounded outgoing queue empty: when the broker is slow, messages
        wait (and grow old, and are dropped) in the sender's own buffer.
        """
        if self._unwritten is None:
            return True
        try:
            self._unwritten.wait_for_publish(timeout_s)
            written = self._unwritten.is_published()
        except RuntimeError:  # paho: lost with its connection
            written = True
        if written or not self.connected:
            self._unwritten = None
        return self._unwritten is None

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hand a QoS 0 message to the broker; False when it is away and the message is dropped."""
        if not self.connected:
            return False
        info = self._client.publish(topic, payload, qos=0, retain=retain)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return False
        self._unwritten = info
        return True

    def _stop_network_thread(self) -> None:
        with suppress(AttributeError):  # a race in paho: its thread may end between loop_stop()'s two looks at it
            self._client.loop_stop()

    def _make_client(self, client_id: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id, clean_session=True, protocol=MQTTv311)
        client.username_pw_set(self._address.username, self._address.password)
        client.will_set(self._availability_topic, OFFLINE, qos=1, retain=True)
        client.max_queued_messages_set(QUEUED_LIMIT)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        return client

    # Called by paho in its network thread.

    def _on_connect(
        self, client: Client, _userdata: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._enter("refused", _refusal(self._address, reason.getName()))
            return
        with self._turnstile:
            if self._closing:
                client.disconnect()
                return
            client.publish(self._availability_topic, ONLINE, qos=1, retain=True)
            self._connected_at_s = time.monotonic()
            self._enter("connected")

    def _on_connect_fail(self, _client: Client, _userdata: Any) -> None:
        error = sys.exception()  # paho calls this while it handles the OSError, but does not pass it on
        reason = getattr(error, "strerror", None) or error or "no reason given"
        self._enter(
            "away",
            f"cannot reach the MQTT broker at {self._address} ({reason}); "
            "check mqtt.host and mqtt.port, and that the broker runs",
        )
        self._schedule_retry()

    def _on_disconnect(
        self, _client: Client, _userdata: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if self._closing:
            return
        held_s = time.monotonic() - self._connected_at_s if self.connected else 0.0
        if self.connected:
            self._enter("away", f"the MQTT broker at {self._address} closed the connection ({reason.getName()})")
        elif self.link.state != "refused":  # a refusal is followed by a disconnect, which says less
            self._enter(
                "away",
                f"{self._address} closed the connection before it answered; "
                "check that mqtt.port is the port of an MQTT broker without TLS",
            )
        self._schedule_retry(held_s)

    def _schedule_retry(self, held_s: float = 0.0) -> None:
        # paho's own backoff has no jitter: set anew before each wait, its first wait is always the next one.
        wait_s = self._backoff.next_s(held_s)
        self._client.reconnect_delay_set(wait_s, wait_s)  # type: ignore[arg-type]  # declared int, any number works

    def _enter(self, state: LinkState, error: str = "") -> None:
        before = self.link
        self.link = Link(state, error, before.connects + (state == "connected"))
        if state == before.state:
            return
        if error:
            _logger.warning("%s; trying again", error)
        else:
            _logger.info("the MQTT broker at %s: %s", self._address, state)


def _refusal(address: Address, reason: str) -> str:
    sentence = f"the MQTT broker at {address} refused the connection ({reason})"
    if reason not in {"Bad user name or password", "Not authorized"}:
        return sentence
    return f"{sentence} of user {address.username!r}; check mqtt.username and mqtt.password_file"


def _send_at_once(_client: Client, _userdata: Any, sock: SocketLike) -> None:
    # Small messages must not wait for the acknowledgement of the one before (Nagle's algorithm): up to 40 ms.
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
