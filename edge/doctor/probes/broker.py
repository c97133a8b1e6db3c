"""Logs in at the broker as the service does, with the files that its settings name, and reads what it keeps."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from edge.base.secret import KnownSecret
from edge.doctor.probes.answer import answer
from edge.errors import BrokerError, ConfigError
from edge.messages.encoding import decoded
from edge.mqtt.address import read_address
from edge.mqtt.dial import dial
from edge.mqtt.failure import LinkError
from edge.mqtt.session import Session
from edge.mqtt.settings import MqttSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.mqtt.address import Address
    from edge.mqtt.failure import BrokerAnswer

_LISTEN_S = 2.0


def kept(request: Mapping[str, Any]) -> dict[str, Any]:
    """How the broker is called, and the JSON object that it keeps on ``topic``: None for none, or no topic.

    Where the settings are wrong: how (``wrong``) and the file that may not be read (``closed``), if it is that. With
    ``files_only`` nobody is called.

    Raises:
        BrokerError: the login came to nothing.
    """
    try:
        address = address_in(request)
        if request["files_only"]:
            return {"place": str(address)}
        with visit(address, request["answer_s"]) as session:
            return {"place": str(address), "kept": _kept(session, request["topic"])}
    except ConfigError as error:
        cause = error.__cause__
        return {"wrong": str(error), "closed": cause.filename if isinstance(cause, PermissionError) else ""}


def address_in(request: Mapping[str, Any]) -> Address:
    """The broker of a request; the password of a credential comes with that, as only root may read it.

    Raises:
        ConfigError: the settings, or a file that they name, cannot be used.
    """
    address = read_address(MqttSettings(**request["mqtt"]))
    return replace(address, secret=KnownSecret(request["password"])) if request["password"] else address


@contextmanager
def visit(
    address: Address, answer_s: float, on_denied: Callable[[str, str, BrokerAnswer], object] = lambda *_: None
) -> Iterator[Session]:
    """A session with the broker, under a name of our own so that nobody is thrown out.

    ``on_denied`` is told what it refuses, as by :class:`Session`.

    Raises:
        BrokerError: it came to nothing.
        ConfigError: a certificate file cannot be used.
    """

    def make(protocol: MQTTProtocolVersion) -> Session:
        name = f"edge-doctor-{secrets.token_hex(4)}"
        return Session(address, name, protocol, answer_s=answer_s, on_denied=on_denied)

    try:
        session = dial(address, make)
    except LinkError as error:
        raise BrokerError(str(error)) from error
    try:
        yield session
    finally:
        session.close()


def _kept(session: Session, topic: str) -> Mapping[str, Any] | None:
    found: list[bytes] = []
    until_s = time.monotonic()
    if topic:
        until_s += _LISTEN_S
        session.subscribe(topic, lambda received: found.append(received.payload), retained=True)
    session.hold(lambda: session.leave() if found or time.monotonic() >= until_s else None)
    return decoded(found[0]) if found else None


if __name__ == "__main__":
    answer(kept)
