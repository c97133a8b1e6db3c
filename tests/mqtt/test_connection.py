from __future__ import annotations

from typing import TYPE_CHECKING

from edge.mqtt.address import Address
from edge.mqtt.backoff import Backoff
from edge.mqtt.connection import Connection
from tests.broker import wait_until

if TYPE_CHECKING:
    from tests.broker import Broker

HUGE = bytes(20_000_000)  # more than socket buffers hold


def test_a_message_lost_with_its_connection_does_not_hold_up_the_next(broker: Broker) -> None:
    address = Address(broker.host, broker.port, keepalive_s=30, username=None, password=None)
    connection = Connection(address, "pi", "edge/pi/availability", Backoff(first_s=0.05, longest_s=0.1))
    connection.start()
    wait_until(lambda: connection.connected, "connected")
    broker.freeze()
    assert connection.send("edge/pi/pose", HUGE)
    assert not connection.ready(timeout_s=0.1)
    broker.kill()
    broker.start()
    wait_until(lambda: connection.link.connects == 2, "connected again")
    assert connection.ready(timeout_s=0.1)
    assert connection.send("edge/pi/pose", b"next")
    connection.close()
    assert not connection.send("edge/pi/pose", b"too late")
