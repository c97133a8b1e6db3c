from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from edge.base.backoff import Backoff
from edge.mqtt.broker_address import Address
from edge.mqtt.connection import Connection, RetryPolicy
from edge.mqtt.message import Message
from tests.broker import Subscriber, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from edge.mqtt.message import Received
    from edge.mqtt.session import Session
    from tests.broker import Broker

HUGE = bytes(20_000_000)  # more than socket buffers hold


class Callbacks:
    """Remembers what a connection tells."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.answers: list[tuple[Session, int, bool]] = []

    def has(self, count: int) -> bool:
        return len(self.sessions) == count

    def connected(self, session: Session) -> None:
        self.sessions.append(session)

    def delivered(self, session: Session, number: int, accepted: bool) -> None:
        self.answers.append((session, number, accepted))

    def wait_for_subscriptions(self, count: int) -> None:
        """Wait until the broker has taken all that the session number ``count`` listens to: it answers in order."""
        wait_until(partial(self.has, count), "connected")
        number = self.sessions[-1].send(Message("edge/pi/availability", b"online", qos=1))
        wait_until(lambda: (self.sessions[-1], number, True) in self.answers, "subscribed")


def quick() -> RetryPolicy:
    return RetryPolicy(Backoff(first_s=0.05, longest_s=0.1), Backoff(first_s=0.05, longest_s=0.1))


@contextmanager
def connected(broker: Broker, callbacks: Callbacks) -> Iterator[Connection]:
    address = Address(broker.host, broker.port, keepalive_s=30)
    connection = Connection(address, "pi", "edge/pi/availability", callbacks, quick())
    connection.start()
    try:
        wait_until(lambda: callbacks.sessions, "connected")
        yield connection
    finally:
        connection.close()


def test_the_broker_answers_to_what_is_sent(broker: Broker) -> None:
    callbacks = Callbacks()
    with connected(broker, callbacks):
        session = callbacks.sessions[0]
        numbers = [session.send(Message("edge/pi/event", b"{}", qos=1)), session.send(Message("edge/pi/pose", b"{}"))]
        wait_until(lambda: {(session, number, True) for number in numbers} <= set(callbacks.answers), "answers")


def test_nothing_of_a_lost_session_is_sent_on_the_next(broker: Broker) -> None:
    callbacks = Callbacks()
    with connected(broker, callbacks):
        broker.freeze()
        lost = callbacks.sessions[0]
        assert lost.send(Message("edge/pi/event", b"lost", qos=1))
        assert lost.send(Message("edge/pi/pose", HUGE))
        broker.kill()
        wait_until(lambda: not lost.alive, "the loss is noticed")
        broker.start()
        with Subscriber(broker) as subscriber:
            wait_until(lambda: len(callbacks.sessions) == 2, "connected again")
            assert callbacks.sessions[1].send(Message("edge/pi/event", b"next", qos=1))
            assert [message.payload for message in subscriber.wait_for("/event")] == [b"next"]
        assert lost.send(Message("edge/pi/event", b"too late")) is None
        assert not [answer for answer in callbacks.answers if answer[0] is lost and answer[1] > 1]


def test_subscriptions_are_renewed_on_every_connection(broker: Broker) -> None:
    received: SimpleQueue[Received] = SimpleQueue()
    callbacks = Callbacks()
    address = Address(broker.host, broker.port, keepalive_s=30)
    connection = Connection(address, "pi", "edge/pi/availability", callbacks, quick())
    connection.subscribe("homeassistant/status", received.put)
    connection.start()
    try:
        for count in (1, 2):
            callbacks.wait_for_subscriptions(count)
            with Subscriber(broker) as other:
                other.publish("homeassistant/status", b"online")
                message = received.get(timeout=20)
            assert (message.topic, message.payload, message.retained) == ("homeassistant/status", b"online", False)
            broker.kill()
            broker.start()
    finally:
        connection.close()


def test_a_handler_that_fails_does_not_cost_the_connection(broker: Broker) -> None:
    handled: list[Received] = []

    def fail(message: Received) -> None:
        handled.append(message)
        raise ValueError(message)

    callbacks = Callbacks()
    connection = Connection(
        Address(broker.host, broker.port, keepalive_s=30), "pi", "edge/pi/availability", callbacks, quick()
    )
    connection.subscribe("edge/pi/request/state", fail)
    connection.start()
    try:
        callbacks.wait_for_subscriptions(1)
        with Subscriber(broker) as other:
            other.publish("edge/pi/request/state", b"1")
            other.publish("edge/pi/request/state", b"2")
            wait_until(lambda: len(handled) == 2, "both handled")
        assert callbacks.sessions[0].alive
    finally:
        connection.close()


class StumblingCallbacks(Callbacks):
    """Fails when it is told of its first sessions."""

    def connected(self, session: Session) -> None:
        super().connected(session)
        if len(self.sessions) <= 3:
            raise RuntimeError("stumbled")


def test_a_fault_of_our_own_does_not_end_the_link_and_is_told_once(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    callbacks = StumblingCallbacks()
    with connected(broker, callbacks) as connection:
        wait_until(lambda: connection.link.state == "connected", "connected in the end")
        assert len(callbacks.sessions) == 4
        assert not callbacks.sessions[0].alive
    assert caplog.text.count("RuntimeError: stumbled") == 1


def test_no_socket_and_no_thread_is_left_of_a_connection(broker: Broker) -> None:
    callbacks = Callbacks()
    with connected(broker, callbacks):
        threads, sockets = threading.active_count(), open_sockets()
        for count in range(2, 8):
            broker.kill()
            wait_until(lambda: not callbacks.sessions[-1].alive, "the loss is noticed")
            broker.start()
            wait_until(partial(callbacks.has, count), "connected again")
        callbacks.sessions[:-1] = []
        callbacks.answers.clear()
        wait_until(lambda: open_sockets() <= sockets, "no more sockets than before")
        assert threading.active_count() <= threads  # one of an earlier test may have ended


def open_sockets() -> int:
    count = 0
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with suppress(OSError):  # closed meanwhile
            count += os.readlink(f"/proc/self/fd/{name}").startswith("socket:")  # noqa: PTH115
    return count
