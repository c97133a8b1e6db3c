"""Who listens at a broker in tests leaves nothing open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.broker import Subscriber, leave, open_files, wait_until

if TYPE_CHECKING:
    from tests.broker import Broker


def test_a_subscriber_closes_its_sockets(broker: Broker) -> None:
    before = open_files()
    subscriber = Subscriber(broker)  # kept here, so that Python does not tidy up for it
    with subscriber:
        assert open_files() > before
    assert open_files() == before


def test_also_where_the_broker_has_gone(broker: Broker) -> None:
    before = open_files()
    with Subscriber(broker) as subscriber:
        broker.kill()
        wait_until(lambda: not subscriber.connected, "the loss is noticed")
    assert open_files() == before


def test_also_where_it_is_refused(locked_broker: Broker) -> None:
    before = open_files()
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect(locked_broker.host, locked_broker.port)
    client.loop_start()
    leave(client)
    assert open_files() == before
