"""Asking an appliance over MQTT: a request sent, and the answer to it."""

from __future__ import annotations

import secrets
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from edge.errors import EdgeError
from edge.messages.encoding import decoded, encoded
from edge.messages.request import REQUEST_SCHEMA
from edge.mqtt.client import Client
from edge.mqtt.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Received

TIMEOUT_S = 10.0


def ask(
    address: Address,
    topics: str,
    command: str,
    arguments: Mapping[str, Any] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> Mapping[str, Any]:
    """What the appliance whose topics begin with ``topics`` (``edge/kitchen/``) answers to a request.

    Raises:
        BrokerError: there is no way to it.
        EdgeError: it does not answer, or the answer is no.
    """
    transaction = secrets.token_hex(8)
    answers: SimpleQueue[Mapping[str, Any]] = SimpleQueue()

    def take(received: Received) -> None:
        answer = decoded(received.payload)
        if answer and answer.get("transaction") == transaction:
            answers.put(answer)

    request = {"schema": REQUEST_SCHEMA, "transaction": transaction, "arguments": arguments or {}}
    with Client(address, "ask", take) as client:
        client.subscribe(f"{topics}response/{command}")
        client.publish(Message(f"{topics}request/{command}", encoded(request), qos=1))
        try:
            answer = answers.get(timeout=timeout_s)
        except Empty:
            raise EdgeError(
                f"nobody has answered on {topics}response/{command} for {timeout_s:g} s; "
                "is Edge running there, with mqtt.control = true in force?"
            ) from None
    return _result(answer)


def _result(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    result, error = answer.get("result"), answer.get("error")
    if answer.get("ok") is True and isinstance(result, dict):
        return result
    raise EdgeError(str(error.get("message")) if isinstance(error, dict) else "the answer cannot be understood")
