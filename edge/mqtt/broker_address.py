"""Where to publish and as whom, checked once at start: each mistake is a sentence that names the key."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.base.secret import KnownSecret, Secret
from edge.base.shown_host import masked_host, shown_host
from edge.errors import ConfigError
from edge.mqtt.broker_host import checked_host
from edge.mqtt.tls import Tls, read_tls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.mqtt.settings import MqttSettings

Protocol: TypeAlias = Literal["auto", "5", "3.1.1"]
"""``auto`` is 5, or 3.1.1 where the broker does not answer to that."""

CREDENTIAL = "mqtt-password"
"""Name of the systemd credential that holds the password."""
CREDENTIAL_STORE = Path("/etc/credstore/edge.mqtt-password")
"""Where the unit takes it from."""

# Wildcards, what brokers close a connection over, and bytes of a command line that are no UTF-8.
_FORBIDDEN = re.compile("[+#\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_PART_BYTES = 32_000
"""Of the 65,535 that MQTT has for a topic."""


@dataclass(frozen=True, slots=True)
class Address:
    """A broker, how to reach it, and the credentials for it (None: none); the password itself is never held."""

    host: str
    port: int
    keepalive_s: int
    username: str | None = None
    secret: Secret | KnownSecret | None = None
    tls: Tls | None = None
    protocol: Protocol = "auto"

    @property
    def password(self) -> str | None:
        """The password as its file has it now, so that a corrected one is taken on the next attempt.

        Raises:
            ConfigError: the file is missing, unreadable or empty.
        """
        return self.secret.read() if self.secret else None

    def __str__(self) -> str:
        return f"{shown_host(self.host)}:{self.port}"


def read_address(
    settings: MqttSettings, environ: Mapping[str, str] = os.environ, store: Path = CREDENTIAL_STORE
) -> Address:
    """The broker that the settings name; the password comes from a file or systemd credential, which is tried once.

    Who is no service, but may read systemd's ``store``, as root may, reads the credential there.

    Raises:
        ConfigError: the host is no host name, the password file is missing, unreadable, empty or without a user, or a
            certificate file cannot be used.
    """
    address = Address(
        host=_checked_host(settings.host),
        port=settings.port,
        keepalive_s=settings.keepalive_s,
        username=settings.username or None,
        secret=_secret(settings, environ.get("CREDENTIALS_DIRECTORY", ""), store),
        tls=read_tls(settings),
        protocol=settings.protocol,
    )
    if address.secret:
        address.secret.read()  # what is wrong with it is said at the start
    return address


def stored_secret(path: Path) -> Secret:
    """The password that systemd hands to the service, at ``path``."""
    return Secret(f"systemd credential {CREDENTIAL}", path)


def topic_prefix(base_topic: str, device_id: str) -> str:
    """The start of every topic, ``<base_topic>/<device_id>/``.

    Raises:
        ConfigError: MQTT does not allow the one or the other in a topic.
    """
    _check_topic_part("mqtt.base_topic", base_topic.replace("/", ""))
    _check_topic_part("device.id", device_id)
    if "/" in device_id:
        raise ConfigError(f"device.id is {device_id!r}: it is one level of the topics, take the '/' out")
    return f"{base_topic}/{device_id}/"


def _check_topic_part(key: str, value: str) -> None:
    if not value or _FORBIDDEN.search(value):
        raise ConfigError(f"{key} is {value!r}: a topic cannot be empty or hold '+', '#' or control characters")
    if len(value.encode()) > _LONGEST_PART_BYTES:
        raise ConfigError(f"{key} is {value[:20]!r}…: it is too long for a topic; take one that is shorter")


def _checked_host(host: str) -> str:
    try:
        return checked_host(host)
    except ValueError as error:
        raise ConfigError(f"mqtt.host is {masked_host(host)!r}: it {error}") from None


def _secret(settings: MqttSettings, credentials: str, store: Path) -> Secret | None:
    path = settings.password_file
    if path and not settings.username:
        raise ConfigError(f"mqtt.password_file is {path} but mqtt.username is empty; set the user the password is for")
    if path:
        return Secret("mqtt.password_file", Path(path), is_setting=True)
    credential = Path(credentials) / CREDENTIAL if credentials else store
    if settings.username and (credential.exists() if credentials else os.access(store, os.R_OK)):
        return stored_secret(credential)
    return None
