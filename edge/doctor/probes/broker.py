"""Logs in at the broker as the service does, with the files that its settings name, and reads what it keeps."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from edge.base.secret import KnownSecret
from edge.doctor.probes.answer import answer
from edge.errors import BrokerError, ConfigError
from edge.messages.encoding import decoded
from edge.mqtt.broker_address import read_address
from edge.mqtt.client import Client
from edge.mqtt.settings import MqttSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Received

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
            return {"broker": str(address)}
        arrived: SimpleQueue[bytes] = SimpleQueue()
        with client_of(address, request, lambda received: arrived.put(received.payload)) as client:
            return {"broker": str(address), "kept": _kept(client, arrived, request["topic"])}
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


def client_of(address: Address, request: Mapping[str, Any], take: Callable[[Received], object]) -> Client:
    """A client under a name of our own, so that nobody is thrown out."""
    return Client(address, "doctor", take, answer_s=request["answer_s"])


def _kept(client: Client, arrived: SimpleQueue[bytes], topic: str) -> Mapping[str, Any] | None:
    """What comes on the topic at once; a broker that tells us nothing of it keeps nothing for us."""
    if not topic:
        return None
    with suppress(BrokerError, Empty):
        client.subscribe(topic)
        return decoded(arrived.get(timeout=_LISTEN_S))
    return None


if __name__ == "__main__":
    answer(kept)
