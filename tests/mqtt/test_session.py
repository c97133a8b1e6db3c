"""One connection: what it leaves behind when it is closed, and who may still be using it then."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from paho.mqtt.client import MQTTv5, MQTTv311

from edge.mqtt.broker_address import Address
from edge.mqtt.message import Message
from edge.mqtt.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paho.mqtt.enums import MQTTProtocolVersion

    from tests.broker import Broker

ROUNDS = 40


def opened(broker: Broker, protocol: MQTTProtocolVersion = MQTTv5, **options: Any) -> Session:
    session = Session(Address(broker.host, broker.port, keepalive_s=30), "pi", protocol, **options)
    session.open()
    return session


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads take turns after a few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("protocol", [MQTTv311, MQTTv5])
def test_no_socket_outlives_it_whoever_still_has_the_client(broker: Broker, protocol: MQTTProtocolVersion) -> None:
    session = opened(broker, protocol)
    client = session._client
    assert client is not None
    sockets = (client.socket(), client._sockpairR, client._sockpairW)

    session.close()

    assert [sock.fileno() for sock in sockets if sock] == [-1, -1, -1]
    assert not session.alive
    assert session.send(Message("edge/pi/event", b"too late", qos=1)) is None
    session.close()  # once more does no harm


@pytest.mark.parametrize("protocol", [MQTTv311, MQTTv5])
def test_it_listens_on_no_port(broker: Broker, protocol: MQTTProtocolVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox of the service forbids it, where systemd can: SocketBindDeny=any."""

    def refuse(_sock: socket.socket, address: object) -> None:
        raise PermissionError(errno.EPERM, f"may not bind to {address}")

    monkeypatch.setattr(socket.socket, "bind", refuse, raising=False)
    delivered: list[int] = []
    session = opened(broker, protocol, on_delivered=lambda _session, number, _is_accepted: delivered.append(number))
    number = session.send(Message("edge/pi/event", b"hello", qos=1))
    session.hold(lambda: session.leave() if delivered else None)
    session.close()

    assert delivered == [number]


@pytest.mark.usefixtures("impatient_threads")
def test_it_may_be_closed_while_others_send(broker: Broker) -> None:
    errors: list[Exception] = []

    def send_on(session: Session) -> None:
        try:
            while session.send(Message("edge/pi/pose", b"x", qos=0)) is not None:
                pass
        except Exception as error:  # noqa: BLE001  # whatever it is
            errors.append(error)

    for _ in range(ROUNDS):
        session = opened(broker)
        senders = [threading.Thread(target=send_on, args=(session,)) for _ in range(3)]
        for sender in senders:
            sender.start()
        session.close()
        for sender in senders:
            sender.join()

    assert errors == []
