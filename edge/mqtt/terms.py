"""What a broker takes, as its answer to CONNECT says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from paho.mqtt.properties import Properties

    from edge.mqtt.message import Message


@dataclass(frozen=True, slots=True)
class BrokerCapabilities:
    """What the broker takes: QoS 1 messages before it has answered to the first, the highest QoS, retained messages.

    ``packet_bytes`` is the length of the longest packet; None: it does not say.
    """

    receive_maximum: int = 65_535
    maximum_qos: int = 2
    retains: bool = True
    packet_bytes: int | None = None

    @classmethod
    def of(cls, properties: Properties | None) -> Self:
        """What came with the answer; MQTT 3.1.1 says nothing."""
        usual = cls()
        return cls(
            getattr(properties, "ReceiveMaximum", usual.receive_maximum),
            getattr(properties, "MaximumQoS", usual.maximum_qos),
            bool(getattr(properties, "RetainAvailable", usual.retains)),
            getattr(properties, "MaximumPacketSize", None),
        )

    def adapted(self, message: Message) -> Message:
        """The message as this broker takes it."""
        if message.qos <= self.maximum_qos and (self.retains or not message.retain):
            return message
        return replace(message, qos=0 if self.maximum_qos == 0 else message.qos, retain=message.retain and self.retains)
