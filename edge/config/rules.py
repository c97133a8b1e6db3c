"""What must hold between keys, beside what each key says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.settings import Settings


class Conflict(NamedTuple):
    """Two keys whose values do not go together; the sentence says why and what to do."""

    key: str
    other: str
    message: str


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Every pair of keys in ``settings`` that contradict each other."""
    for section, own in (("classification", settings.classification), ("action", settings.action)):
        if own.allow and own.deny:
            yield Conflict(
                f"{section}.deny", f"{section}.allow", f"cannot be used with {section}.allow; empty one of the two"
            )
    tracking = settings.tracking
    if tracking.label_exit > tracking.label_enter:
        yield Conflict(
            "tracking.label_exit",
            "tracking.label_enter",
            f"must not be above tracking.label_enter ({tracking.label_enter:g}), or a label would leave as it enters",
        )
    if tracking.keypoint_exit > tracking.keypoint_enter:
        yield Conflict(
            "tracking.keypoint_exit",
            "tracking.keypoint_enter",
            f"must not be above tracking.keypoint_enter ({tracking.keypoint_enter:g}), or a keypoint would be"
            " lost as it is seen",
        )
    mqtt = settings.mqtt
    for name, path in (("ca_file", mqtt.ca_file), ("cert_file", mqtt.cert_file), ("key_file", mqtt.key_file)):
        if path and not mqtt.tls:
            yield Conflict(
                f"mqtt.{name}", "mqtt.tls", "does nothing without TLS; set mqtt.tls = true, or take this key out"
            )
    if mqtt.key_file and not mqtt.cert_file:
        yield Conflict("mqtt.key_file", "mqtt.cert_file", "needs the certificate it belongs to; set mqtt.cert_file")
    if settings.action.enabled and settings.action.gate == "person" and not settings.pose.enabled:
        yield Conflict(
            "action.gate", "pose.enabled", "person needs pose.enabled; set pose.enabled = true or another gate"
        )
    if not (settings.pose.enabled or settings.classification.enabled or settings.action.enabled):
        yield Conflict(
            "pose.enabled",
            "classification.enabled",
            "no task is enabled; set pose.enabled, classification.enabled or action.enabled to true",
        )
