"""Whether the broker lets us do what the appliance does there; it is tried, for no broker tells its access list."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.doctor.checks.broker import OFF, address_of, shown_user, visit
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.errors import ConfigError
from edge.mqtt.address import topic_prefix
from edge.mqtt.failure import LinkError
from edge.mqtt.intake import PROBE
from edge.mqtt.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.doctor.subject import Subject
    from edge.mqtt.address import Address
    from edge.mqtt.failure import Answer
    from edge.mqtt.message import Received

_NAME = "broker.permissions"
_BACK_S = 3.0
"""Within this time a message comes back from a broker that lets us publish and read."""
_EXAMPLE = "/usr/share/edge-vision/mosquitto/edge.acl is an example"


@dataclass(slots=True)
class _Trial:
    """A message on a topic that we listen to, and what became of it; nobody else takes notice of ``payload``."""

    topic: str
    payload: bytes
    is_for_requests: bool = False
    is_back: bool = False
    no_publish: str = ""
    no_subscribe: str = ""

    def take(self, received: Received) -> None:
        self.is_back |= received.payload == self.payload

    @property
    def is_over(self) -> bool:
        return bool(self.is_back or self.no_publish or self.no_subscribe)


@dataclass(slots=True)
class _Visit:
    """All trials in one session; ``ended`` is how it did, where that was not for us to say."""

    trials: Sequence[_Trial]
    is_v5: bool = False
    ended: str = ""
    _until_s: float = field(default=0.0, repr=False)

    def make(self, address: Address) -> None:
        """Try; raises what :func:`visit` does."""
        with visit(address, self._on_denied) as session:
            self.is_v5 = session.is_v5
            for trial in self.trials:
                session.subscribe(trial.topic, trial.take)
                session.send(Message(trial.topic, trial.payload, qos=1))
            self._until_s = time.monotonic() + _BACK_S
            ending = session.hold(lambda: session.leave() if self._is_over() else None)
            self.ended = "" if self._is_over() else ending.sentence

    def _is_over(self) -> bool:
        return all(trial.is_over for trial in self.trials) or time.monotonic() > self._until_s

    def _on_denied(self, deed: str, topic: str, answer: Answer) -> None:
        for trial in self.trials:
            if trial.topic == topic and deed.startswith("publish"):
                trial.no_publish = str(answer)
            elif trial.topic == topic:
                trial.no_subscribe = str(answer)


def permissions(subject: Subject) -> Iterator[Finding]:
    """Whether we may publish and listen below our own topics, and hear requests where they are wanted."""
    mqtt = subject.settings.mqtt
    if not mqtt.enabled:
        yield skipped(_NAME, OFF)
        return
    prefix = topic_prefix(mqtt.base_topic, subject.configuration.device_id)
    trials = [_Trial(f"{prefix}doctor", f"edge doctor {secrets.token_hex(8)}".encode())]
    if mqtt.control:
        trials.append(_Trial(f"{prefix}request/{PROBE}", b"", is_for_requests=True))
    tried = _Visit(trials)
    try:
        address = address_of(mqtt, subject.system)
        tried.make(address)
    except (ConfigError, LinkError):
        yield skipped(_NAME, "there is no session to try them in; see broker.login")
        return
    who = shown_user(address)
    yield from list(_judged(tried, who, prefix)) or [
        ok(_NAME, f"{address} lets {who} publish and listen below {prefix}")
    ]


def _judged(tried: _Visit, who: str, prefix: str) -> Iterator[Finding]:
    everything = f"allow {who} there: topic readwrite {prefix}# (mosquitto: acl_file; {_EXAMPLE})"
    if tried.ended:
        yield failed(_NAME, f"{tried.ended}, right after {who} had published and subscribed below {prefix}", everything)
        return
    for trial in tried.trials:
        if trial.is_for_requests:
            yield from _judged_requests(trial, who, prefix)
        else:
            yield from _judged_own(trial, who, everything, is_v5=tried.is_v5)


def _judged_own(trial: _Trial, who: str, fix: str, *, is_v5: bool) -> Iterator[Finding]:
    if trial.no_publish:
        yield failed(_NAME, f"{who} may not publish on {trial.topic} ({trial.no_publish})", fix)
    if trial.no_subscribe:
        yield warning(_NAME, f"{who} may not subscribe to {trial.topic} ({trial.no_subscribe})", fix)
    elif not (trial.is_back or trial.no_publish):
        lost = f"what {who} publishes on {trial.topic} does not come back within {_BACK_S:g} s"
        if is_v5:  # the broker has not refused to take it
            yield warning(_NAME, f"{lost}: it may publish there, but not read it", fix)
        else:
            yield failed(_NAME, f"{lost}: it may not publish there, or not read it", fix)


def _judged_requests(trial: _Trial, who: str, prefix: str) -> Iterator[Finding]:
    """Requests are for others to publish: that we may not is nothing to mend, but then nothing comes back either."""
    requests, fix = f"{prefix}request/#", f"allow {who} there: topic read {prefix}request/# (mosquitto: acl_file)"
    if trial.no_subscribe:
        yield failed(_NAME, f"{who} may not subscribe to {requests} ({trial.no_subscribe}): no request is heard", fix)
    elif not (trial.is_back or trial.no_publish):
        yield warning(_NAME, f"what {who} publishes on {trial.topic} does not come back: no request is heard", fix)
