"""Publishes and subscribes at the broker as the appliance does, with its login."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer
from edge.doctor.probes.broker import address_in, client_of
from edge.errors import BrokerError
from edge.mqtt.client import DeniedError
from edge.mqtt.message import Message
from edge.mqtt.request_receiver import PROBE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.mqtt.client import Client
    from edge.mqtt.message import Received

_LOOK_S = 0.02


@dataclass(slots=True)
class Trial:
    """A message on a topic that we listen to, and what became of it; nobody else takes notice of ``payload``."""

    topic: str
    payload: str
    is_for_requests: bool = False
    is_back: bool = False
    no_publish: str = ""
    no_subscribe: str = ""

    def make(self, client: Client) -> None:
        """Listen and publish.

        Raises:
            BrokerError: the connection has ended, or nobody answers on it.
        """
        try:
            client.subscribe(self.topic)
        except DeniedError as denial:
            self.no_subscribe = denial.reason
        try:
            client.publish(Message(self.topic, self.payload.encode(), qos=1))
        except DeniedError as denial:
            self.no_publish = denial.reason

    def take(self, received: Received) -> None:
        """Something has come."""
        self.is_back |= (received.topic, received.payload) == (self.topic, self.payload.encode())

    @property
    def is_over(self) -> bool:
        """Whether it is known what became of it."""
        return bool(self.is_back or self.no_publish or self.no_subscribe)


def permissions(request: Mapping[str, Any]) -> dict[str, Any]:
    """How the broker is called, whether by MQTT 5, how the session ``ended``, and of each :class:`Trial` its fields.

    A message comes back within ``back_s`` from a broker that lets us publish and read below ``prefix``; requests are
    tried where ``control`` is on. ``ended`` is empty where that was for us to say.

    Raises:
        BrokerError: the login came to nothing.
        ConfigError: the settings, or a file that they name, cannot be used.
    """
    prefix, address = request["prefix"], address_in(request)
    trials = [Trial(f"{prefix}doctor", f"edge doctor {secrets.token_hex(8)}")]
    if request["mqtt"]["control"]:
        trials.append(Trial(f"{prefix}request/{PROBE}", "", is_for_requests=True))

    def take(received: Received) -> None:
        for trial in trials:
            trial.take(received)

    with client_of(address, request, take) as client:
        ended = _ended(client, trials, request["back_s"])
        told = [asdict(trial) for trial in trials]
        return {"broker": str(address), "is_v5": client.is_v5, "ended": ended, "trials": told}


def _ended(client: Client, trials: Sequence[Trial], back_s: float) -> str:
    """Make all trials; how the connection has ended meanwhile, empty where it has not."""
    try:
        for trial in trials:
            trial.make(client)
    except BrokerError:  # also where only the answer did not come
        return "" if all(trial.is_over for trial in trials) else client.failure
    until_s = time.monotonic() + back_s
    while time.monotonic() < until_s and not client.failure and not all(trial.is_over for trial in trials):
        time.sleep(_LOOK_S)
    return "" if all(trial.is_over for trial in trials) else client.failure


if __name__ == "__main__":
    answer(permissions)
