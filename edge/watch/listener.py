"""Listening to a broker: connected once or not at all, then for as long as it takes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from edge.errors import BrokerError
from edge.mqtt.failure import unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paho.mqtt.client import ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.reasoncodes import ReasonCode

    from edge.mqtt.address import Address

_PATIENCE_S = 10.0
_LONGEST_RETRY_S = 5


class Listener:
    """Passes every message of some topics on, inside the block; entered once it has subscribed.

    ``take`` is called with topic and payload by a thread of the listener's own. A connection that is lost later is
    made again; :attr:`notice` says so meanwhile.

    Raises:
        BrokerError: the broker cannot be reached, or lets nobody in with these credentials.
    """

    def __init__(self, address: Address, topics: Sequence[str], take: Callable[[str, bytes], None]) -> None:
        self._address = address
        self._topics = [(topic, 1) for topic in topics]
        self._take = take
        self._answered = threading.Event()
        self._refusal = ""
        self.notice = ""
        """What is wrong with the connection at the moment; empty for nothing."""
        self._client = self._make_client()

    def __enter__(self) -> Self:
        try:
            self._client.connect(self._address.host, self._address.port, self._address.keepalive_s)
        except OSError as error:
            raise BrokerError(str(unreachable(self._address, error))) from error
        self._client.loop_start()
        if not self._answered.wait(_PATIENCE_S) or self._refusal:
            self._close()
            raise BrokerError(self._refusal or f"{self._address} does not answer as an MQTT broker does")
        return self

    def __exit__(self, *_details: object) -> None:
        self._close()

    def _close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _make_client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set(self._address.username, self._address.password)
        if self._address.tls:
            client.tls_set_context(self._address.tls.context())
        client.reconnect_delay_set(1, _LONGEST_RETRY_S)
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._answered.set()
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: Client, _userdata: Any, _flags: ConnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if reason.is_failure:
            self._refusal = (
                f"the MQTT broker at {self._address} refused the connection ({reason.getName()}); "
                "check mqtt.username and mqtt.password_file"
            )
            self._answered.set()
            return
        self.notice = ""
        client.subscribe(self._topics)

    def _on_disconnect(
        self, _client: Client, _userdata: Any, _flags: DisconnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        self.notice = f"the connection to the MQTT broker at {self._address} is lost ({reason.getName()}); trying again"

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        try:
            self._take(message.topic, bytes(message.payload))
        except Exception as error:  # noqa: BLE001  # one message must not end the listening without a word
            self.notice = f"a message on {message.topic!r} could not be shown ({error!r})"
