"""A listener of its own: it knows of the appliance only what comes over MQTT."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from edge.errors import BrokerError

if TYPE_CHECKING:
    from paho.mqtt.client import MQTTMessage

    from edge.demo.broker import RunningBroker
    from edge.demo.topic_statistics import TopicStatistics

_STEP_S = 0.05


class Subscriber:
    """Writes every message of a device into its statistics, inside the block; entered once it has subscribed.

    Raises:
        BrokerError: the broker does not answer.
    """

    patience_s = 10.0
    """How long to wait for the broker's answer."""

    def __init__(self, broker: RunningBroker, statistics: TopicStatistics) -> None:
        self._broker = broker
        self._statistics = statistics
        self._subscribed = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{statistics.prefix}#", qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message

    def __enter__(self) -> Self:
        self._client.connect(self._broker.host, self._broker.port)
        self._client.loop_start()
        if not self._subscribed.wait(self.patience_s):
            self._leave()
            raise BrokerError(f"the broker {self._broker.name} at port {self._broker.port} does not answer")
        return self

    def __exit__(self, *_details: object) -> None:
        self._leave()

    def wait_for_the_end(self, timeout_s: float = 2.0) -> None:
        """Wait until the appliance has said ``offline``, the last of its messages."""
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            report = self._statistics.reports(time.monotonic()).get("availability")
            if report is not None and report.latest == "offline":
                return
            time.sleep(_STEP_S)

    def _leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
        self._client._reset_sockets()  # noqa: SLF001  # paho leaves the pair that it wakes itself with to Python

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._statistics.take(message.topic, bytes(message.payload), time.monotonic())
