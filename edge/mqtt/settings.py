"""The section of MQTT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from edge.base.shown_host import masked_host
from edge.config.conflict import Conflict
from edge.config.key import PATH, SECRET_FILE, Kind, key
from edge.mqtt.broker_host import checked_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings

HOST = Kind(check=checked_host, masked=masked_host)


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """[mqtt]: where results go."""

    enabled: bool = key(True, "Publish over MQTT.", live=False)
    host: str = key("localhost", "Host name or address of the broker.", allowed="a host name or an address", kind=HOST)
    port: int = key(1883, "TCP port of the broker.", low=1, high=65535)
    protocol: Literal["auto", "5", "3.1.1"] = key(
        "auto",
        "Version of MQTT; auto: 5, or 3.1.1 where the broker does not answer to that.",
        choices=("auto", "5", "3.1.1"),
    )
    username: str = key("", "User name at the broker; empty: none.")
    password_file: str = key(
        "",
        "File whose first line is the password. Empty: the systemd credential mqtt-password, if there is one.",
        kind=SECRET_FILE,
    )
    tls: bool = key(False, "Encrypt the connection and check who the broker is. Such brokers listen on port 8883.")
    ca_file: str = key(
        "",
        "Certificates (PEM) of the authorities that the broker's certificate may come from. Empty: those this system"
        " trusts.",
        kind=PATH,
    )
    cert_file: str = key("", "Our own certificate (PEM), for brokers that ask for one.", kind=PATH)
    key_file: str = key("", "The private key of our own certificate (PEM, without a passphrase).", kind=PATH)
    base_topic: str = key(
        "edge",
        "First level of every topic; may be several, as in home/cellar.",
        pattern="[^+#/\\s]+(/[^+#/\\s]+)*",
        allowed="topic levels joined by /, without spaces, + and #",
    )
    max_rate_hz: float = key(15.0, "Messages a second of each stream at most.", low=0.1, high=10_000)
    keepalive_s: int = key(
        30, "The broker calls us offline after one and a half times this without a sign of life.", low=5, high=3600
    )
    discovery: bool = key(
        True, "Let Home Assistant find this appliance by itself; false: also have it forget what it has found."
    )
    discovery_prefix: str = key(
        "homeassistant",
        "First level of Home Assistant's own topics. Set discovery to false once before you change it.",
        pattern="[^+#/\\s]+(/[^+#/\\s]+)*",
        allowed="topic levels joined by /, without spaces, + and #",
        live=False,
    )
    control: bool = key(False, "Take requests over MQTT: settings that say so, pausing a task, a restart.")
    snapshot: bool = key(
        False, "Let requests have pictures of what the camera sees; needs control, minds device.privacy."
    )
    persist_events: bool = key(
        False,
        "Keep events that no broker has yet in a file, so that they survive a restart. Written at most once a second.",
        live=False,
    )


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """What belongs to TLS needs TLS, and a private key its certificate."""
    mqtt = settings[MqttSettings]
    for name, path in (("ca_file", mqtt.ca_file), ("cert_file", mqtt.cert_file), ("key_file", mqtt.key_file)):
        if path and not mqtt.tls:
            yield Conflict(
                f"mqtt.{name}", "mqtt.tls", "does nothing without TLS; set mqtt.tls = true, or take this key out"
            )
    if mqtt.key_file and not mqtt.cert_file:
        yield Conflict("mqtt.key_file", "mqtt.cert_file", "needs the certificate it belongs to; set mqtt.cert_file")
