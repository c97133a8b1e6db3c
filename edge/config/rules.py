"""What must hold between keys, beside what each key says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from edge.base.url import read_url
from edge.config.camera_source import is_network_camera

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.settings import CameraSettings, Settings


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
    yield from _camera_conflicts(settings.camera)
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


def _camera_conflicts(camera: CameraSettings) -> Iterator[Conflict]:
    """A password in a file belongs to a user in an address, and to no other password."""
    if not camera.password_file:
        return
    key, other = "camera.password_file", "camera.source"
    if not is_network_camera(camera.source):
        yield Conflict(key, other, "does nothing for this camera.source; take this key out")
        return
    url = read_url(camera.source)
    if url.password is not None:
        yield Conflict(key, other, "gives a second password; take the one in camera.source out")
    elif not url.user:
        yield Conflict(key, other, "needs the user it is for; write camera.source as rtsp://USER@HOST/PATH")
