"""Whose broker it is: ours, or one that a person has set up or chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_appliance.settings_file import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_appliance.places import Places

USER = "edge"
MARK = "# Written by edge-appliance."
_WHO_MAY_COME = frozenset(
    (
        *("listener", "port", "bind_address", "per_listener_settings", "allow_anonymous"),
        *("password_file", "acl_file", "plugin", "auth_plugin"),
    )
)
"""Words of mosquitto.conf that settle where the broker listens, and to whom."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class EdgeLogin:
    """What the settings of Edge say of the broker."""

    hosts: tuple[str, ...] = ("localhost",)
    username: str = ""
    password_file: str = ""
    port: str = "1883"
    is_encrypted: bool = False


def edge_login(places: Places) -> EdgeLogin:
    """What Edge is told of the broker; what is left out is its default.

    Raises:
        ApplianceError: the file cannot be read, or is no TOML.
    """
    mqtt = read_settings(places.edge_settings).get("mqtt")
    if not isinstance(mqtt, dict):
        return EdgeLogin()
    hosts = mqtt.get("host", "localhost")
    return EdgeLogin(
        tuple(map(str, hosts)) if isinstance(hosts, list) else (str(hosts),),
        str(mqtt.get("username", "")),
        str(mqtt.get("password_file", "")),
        str(mqtt.get("port", "1883")),
        mqtt.get("tls") is True,
    )


def whose_else(places: Places) -> str:
    """In half a sentence, why the broker is a person's; empty where it is ours.

    Raises:
        ApplianceError: the settings of Edge cannot be read.
    """
    for path in _persons_files(places):
        return f"{path} says who may use the broker on this machine"
    login = edge_login(places)
    if not set(login.hosts) <= _HERE:
        return f"mqtt.host in {places.edge_settings} names a broker on another machine"
    if login.port != "1883" or login.is_encrypted:
        return f"mqtt.port or mqtt.tls in {places.edge_settings} leads to another broker on this machine"
    if login.username not in {"", USER} or login.password_file:
        return f"{places.edge_settings} has a login of its own (mqtt.username, mqtt.password_file)"
    return ""


def is_ours(path: Path) -> bool:
    """Whether a file is there and was written by us."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").startswith(MARK)
    except FileNotFoundError:
        return False


def _persons_files(places: Places) -> Iterator[Path]:
    """Files of mosquitto in which a person has settled who may come."""
    for path in (places.mosquitto / "mosquitto.conf", *sorted((places.mosquitto / "conf.d").glob("*.conf"))):
        if path.is_file() and not is_ours(path) and _WHO_MAY_COME & set(_words(path)):
            yield path


def _words(path: Path) -> Iterator[str]:
    """The first word of each line."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        yield from line.split()[:1]
