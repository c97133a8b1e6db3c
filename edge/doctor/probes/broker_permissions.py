"""Publishes and subscribes at the broker as the appliance does, with its login."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer
from edge.doctor.probes.broker import address_in, visit
from edge.mqtt.message import Message
from edge.mqtt.request_receiver import PROBE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.mqtt.address import Address
    from edge.mqtt.failure import BrokerAnswer
    from edge.mqtt.message import Received


@dataclass(slots=True)
class Trial:
    """A message on a topic that we listen to, and what became of it; nobody else takes notice of ``payload``."""

    topic: str
    payload: str
    is_for_requests: bool = False
    is_back: bool = False
    no_publish: str = ""
    no_subscribe: str = ""

    def take(self, received: Received) -> None:
        """Something has come on the topic."""
        self.is_back |= received.payload == self.payload.encode()

    @property
    def is_over(self) -> bool:
        """Whether it is known what became of it."""
        return bool(self.is_back or self.no_publish or self.no_subscribe)


@dataclass(slots=True)
class _Visit:
    """All trials in one session; ``ended`` is how it did, where that was not for us to say."""

    trials: Sequence[Trial]
    back_s: float
    is_v5: bool = False
    ended: str = ""
    _until_s: float = field(default=0.0, repr=False)

    def make(self, address: Address, answer_s: float) -> None:
        """Try; raises what :func:`visit` does."""
        with visit(address, answer_s, self._on_denied) as session:
            self.is_v5 = session.is_v5
            for trial in self.trials:
                session.subscribe(trial.topic, trial.take)
                session.send(Message(trial.topic, trial.payload.encode(), qos=1))
            self._until_s = time.monotonic() + self.back_s
            ending = session.hold(lambda: session.leave() if self._is_over() else None)
            self.ended = "" if self._is_over() else ending.sentence

    def _is_over(self) -> bool:
        return all(trial.is_over for trial in self.trials) or time.monotonic() > self._until_s

    def _on_denied(self, deed: str, topic: str, answer: BrokerAnswer) -> None:
        for trial in self.trials:
            if trial.topic == topic and deed.startswith("publish"):
                trial.no_publish = str(answer)
            elif trial.topic == topic:
                trial.no_subscribe = str(answer)


def permissions(request: Mapping[str, Any]) -> dict[str, Any]:
    """How the broker is called, whether by MQTT 5, how the session ``ended``, and of each :class:`Trial` its fields.

    A message comes back within ``back_s`` from a broker that lets us publish and read below ``prefix``; requests are
    tried where ``control`` is on.

    Raises:
        BrokerError: the login came to nothing.
        ConfigError: the settings, or a file that they name, cannot be used.
    """
    prefix = request["prefix"]
    trials = [Trial(f"{prefix}doctor", f"edge doctor {secrets.token_hex(8)}")]
    if request["mqtt"]["control"]:
        trials.append(Trial(f"{prefix}request/{PROBE}", "", is_for_requests=True))
    tried, address = _Visit(trials, request["back_s"]), address_in(request)
    tried.make(address, request["answer_s"])
    told = [asdict(trial) for trial in trials]
    return {"place": str(address), "is_v5": tried.is_v5, "ended": tried.ended, "trials": told}


if __name__ == "__main__":
    answer(permissions)
