"""The properties that MQTT 5 has: what the broker says of itself, what is said of a message, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.mqtt.packet_limit import packet_size

if TYPE_CHECKING:
    from edge.mqtt.message import Message

_EXPIRY_BYTES = 6  # the properties of a message that expires


@dataclass(frozen=True, slots=True)
class BrokerCapabilities:
    """What the broker takes, as its answer to CONNECT says.

    That is QoS 1 messages before it has answered to the first, the highest QoS, and whether retained messages.

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


class MessageProperties:
    """Makes the properties of messages; in MQTT 3.1.1 there are none."""

    def __init__(self, *, is_v5: bool) -> None:
        self._is_v5 = is_v5
        self._expiries: dict[int, Properties] = {}

    def of(self, message: Message) -> Properties | None:
        """The properties of a message; None for none."""
        if not self._is_v5:
            return None
        if message.correlation is None:
            return self._expiry(message.expiry_s) if message.expiry_s else None
        properties = new_properties(PacketTypes.PUBLISH)
        properties.CorrelationData = message.correlation
        return properties

    def size_of(self, message: Message, properties: Properties | None) -> int:
        """The bytes of the packet that carries a message."""
        packed = _packed_bytes(properties, message) if self._is_v5 else 0
        return packet_size(message.topic, message.payload, has_number=message.qos > 0, properties=packed)

    def _expiry(self, seconds: int) -> Properties:
        if seconds not in self._expiries:  # making one takes paho longer than sending the message
            self._expiries[seconds] = properties = new_properties(PacketTypes.PUBLISH)
            properties.MessageExpiryInterval = seconds
        return self._expiries[seconds]


def new_properties(packet: int) -> Properties:
    """Empty properties for a type of packet."""
    return Properties(packet)  # type: ignore[no-untyped-call]


def _packed_bytes(properties: Properties | None, message: Message) -> int:
    """The bytes of a message's properties with their length; those of a stream are told without packing them."""
    if properties is None:
        return 1
    return _EXPIRY_BYTES if message.correlation is None else len(properties.pack())  # type: ignore[no-untyped-call]
