"""Whether the broker lets us do what the appliance does there; it is tried, for no broker tells its access list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.doctor.checks.broker import OFF, ask, shown_user
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.doctor.probe import ProbeError
from edge.doctor.probes.broker_permissions import Trial
from edge.errors import ConfigError
from edge.mqtt.broker_address import topic_prefix
from edge.mqtt.settings import MqttSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edge.doctor.subject import Subject

_NAME = "broker.permissions"
_BACK_S = 3.0
"""Within this time a message comes back from a broker that lets us publish and read."""
_EXAMPLE = "/usr/share/edge-vision/mosquitto/edge.acl is an example"


def permissions(subject: Subject) -> Iterator[Finding]:
    """Whether we may publish and listen below our own topics, and hear requests where they are wanted."""
    mqtt = subject.settings[MqttSettings]
    if not mqtt.enabled:
        yield skipped(_NAME, OFF)
        return
    prefix = topic_prefix(mqtt.base_topic, subject.configuration.device_id)
    try:
        tried = ask(subject, "broker_permissions", prefix=prefix, back_s=_BACK_S)
    except (ConfigError, ProbeError):
        yield skipped(_NAME, "there is no session to try them in; see broker.login")
        return
    who = shown_user(mqtt)
    yield from list(_judged(tried, who, prefix)) or [
        ok(_NAME, f"{tried['broker']} lets {who} publish and listen below {prefix}")
    ]


def _judged(tried: Mapping[str, Any], who: str, prefix: str) -> Iterator[Finding]:
    everything = f"allow {who} there: topic readwrite {prefix}# (mosquitto: acl_file; {_EXAMPLE})"
    if tried["ended"]:
        yield failed(
            _NAME, f"{tried['ended']}, right after {who} had published and subscribed below {prefix}", everything
        )
        return
    for trial in (Trial(**each) for each in tried["trials"]):
        if trial.is_for_requests:
            yield from _judged_requests(trial, who, prefix)
        else:
            yield from _judged_own(trial, who, everything, is_v5=tried["is_v5"])


def _judged_own(trial: Trial, who: str, fix: str, *, is_v5: bool) -> Iterator[Finding]:
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


def _judged_requests(trial: Trial, who: str, prefix: str) -> Iterator[Finding]:
    """Requests are for others to publish: that we may not is nothing to mend, but then nothing comes back either."""
    requests, fix = f"{prefix}request/#", f"allow {who} there: topic read {prefix}request/# (mosquitto: acl_file)"
    if trial.no_subscribe:
        yield failed(_NAME, f"{who} may not subscribe to {requests} ({trial.no_subscribe}): no request is heard", fix)
    elif not (trial.is_back or trial.no_publish):
        yield warning(_NAME, f"what {who} publishes on {trial.topic} does not come back: no request is heard", fix)
