"""Connecting in the version of MQTT that the broker speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paho.mqtt.client import MQTTv5, MQTTv311

from edge.mqtt.failure import OldBrokerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.address import Address
    from edge.mqtt.session import Session


def dial(address: Address, make: Callable[[MQTTProtocolVersion], Session]) -> Session:
    """Open a session: with MQTT 5, or 3.1.1 where the broker does not answer to that, or what ``mqtt.protocol`` says.

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
