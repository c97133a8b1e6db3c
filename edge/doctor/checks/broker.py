"""The broker: found, listening, and letting us in."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from edge.base.host import shown_host
from edge.doctor.checks.unit import credential_of, unit_of
from edge.doctor.finding import Finding, explained, failed, ok, skipped
from edge.errors import ConfigError
from edge.mqtt.address import CREDENTIAL, Address, read_address, stored_secret
from edge.mqtt.failure import Answer, LinkError, OldBrokerError, refused, silent, unanswered, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paho.mqtt.enums import MQTTProtocolVersion

    from edge.config.settings import MqttSettings
    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_LOOK_UP_S, _CONNECT_S, _ANSWER_S = 4.0, 4.0, 4.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LOG = "check that a broker listens on mqtt.port, and read its log, e.g. sudo journalctl -u mosquitto"
_OFF = "mqtt.enabled is false"


class SilentNameServerError(OSError):
    """Nobody answers when asked for the address of a name."""


def reachable(subject: Subject) -> Iterator[Finding]:
    """Whether anybody listens where the broker should be: TCP only."""
    name, mqtt = "broker.reachable", subject.settings.mqtt
    if not mqtt.enabled:
        yield skipped(name, _OFF)
        return
    absence = _absence(mqtt.host, mqtt.port)
    if absence is None:
        yield ok(name, f"{shown_host(mqtt.host)}:{mqtt.port} takes connections")
    else:
        yield _explained_absence(name, mqtt.host, mqtt.port, absence)


def login(subject: Subject) -> Iterator[Finding]:
    """Whether the broker accepts us: MQTT's CONNECT, under a name of our own so that nobody is thrown out."""
    name, mqtt = "broker.login", subject.settings.mqtt
    if not mqtt.enabled:
        yield skipped(name, _OFF)
        return
    try:
        address = _address(mqtt, subject.system)
        if _absence(address.host, address.port):
            yield skipped(name, "there is no connection to log in on; see broker.reachable")
            return
        _log_in(address)
    except ConfigError as error:
        if isinstance(error.__cause__, PermissionError) and unit_of(subject.system).is_installed:
            yield skipped(name, f"only the service may read its password ({error.__cause__.filename}); try with sudo")
            return
        yield explained(name, str(error), "edge config explain mqtt lists what is allowed")
    except LinkError as error:
        yield explained(name, str(error), _LOG)
    else:
        who = f"the user {address.username!r}" if address.username else "us without a user name"
        yield ok(name, f"{address} accepts {who}{' over TLS' if address.tls else ''}")


def _address(mqtt: MqttSettings, system: System) -> Address:
    """The broker as the service knows it, to whom systemd hands the password; the doctor reads it where it lies."""
    address = read_address(mqtt, system.environ)
    if mqtt.password_file or not mqtt.username or "CREDENTIALS_DIRECTORY" in system.environ:
        return address
    credential = credential_of(system, CREDENTIAL)
    return replace(address, secret=stored_secret(Path(credential))) if credential else address


def _absence(host: str, port: int) -> Exception | None:
    """Why nobody takes a connection there; None where somebody does."""
    try:
        _look_up(host, port)
        socket.create_connection((host, port), _CONNECT_S).close()
    except (OSError, UnicodeError) as error:
        return error
    return None


def _look_up(host: str, port: int) -> None:
    """Find the address of a name, in a thread: a name server that is silent can take half a minute.

    Raises:
        SilentNameServerError: it takes too long.
    """
    has_ended = threading.Event()

    def ask() -> None:
        with suppress(OSError, UnicodeError):  # the connection will come to the same
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        has_ended.set()

    threading.Thread(target=ask, daemon=True).start()
    if not has_ended.wait(_LOOK_UP_S):
        raise SilentNameServerError


def _explained_absence(name: str, host: str, port: int, error: Exception) -> Finding:
    """Which of the many ways not to be there it is."""
    place = f"{shown_host(host)}:{port}"
    if isinstance(error, SilentNameServerError):
        why = f"no name server says within {_LOOK_UP_S:g} s who {host} is"
        return failed(name, why, "check the network (ip route; cat /etc/resolv.conf), or set mqtt.host to an address")
    if isinstance(error, socket.gaierror | UnicodeError):
        why = f"no machine called {host} is known ({getattr(error, 'strerror', None) or error})"
        return failed(name, why, "check mqtt.host, or give the broker's address instead of its name")
    if isinstance(error, ConnectionRefusedError):
        return failed(name, f"{host} is there, but nothing listens on port {port}", _start_it(host))
    if isinstance(error, TimeoutError):
        why = f"{place} does not answer at all"
        return failed(
            name, why, f"is that machine on, its address still {host}, and does no firewall hold the port back?"
        )
    why = f"{place} cannot be reached ({getattr(error, 'strerror', None) or error})"
    return failed(name, why, "check this machine's network: ip address; ip route")


def _start_it(host: str) -> str:
    if host in _LOCAL:
        return "start a broker here: sudo apt install mosquitto; or set mqtt.host and mqtt.port to one elsewhere"
    return "start the broker there, check mqtt.port, and let it listen to other machines (mosquitto: listener 1883)"


def _log_in(address: Address) -> None:
    """Connect, wait for the answer, leave; with MQTT 5 first, as Edge does.

    Raises:
        LinkError: it came to nothing.
        ConfigError: a certificate file cannot be used.
    """
    if address.protocol != "3.1.1":
        try:
            return _log_in_by(MQTTv5, address)
        except OldBrokerError:
            if address.protocol == "5":
                raise
    return _log_in_by(MQTTv311, address)


def _log_in_by(protocol: MQTTProtocolVersion, address: Address) -> None:
    client = Client(
        CallbackAPIVersion.VERSION2, f"edge-doctor-{os.getpid()}", protocol=protocol, reconnect_on_failure=False
    )
    client.connect_timeout = _CONNECT_S
    client.username_pw_set(address.username, address.password)
    if address.tls:
        client.tls_set_context(address.tls.context())
    answers: list[str] = []
    client.on_connect = lambda *details: answers.append(details[3].getName() if details[3].is_failure else "")
    try:
        client.connect(address.host, address.port, address.keepalive_s)
    except OSError as error:
        raise unreachable(address, error) from error
    try:
        _await(client, answers, address)
    finally:
        client.disconnect()
        client.loop(0.0)
    if answers[0]:
        raise refused(address, Answer(answers[0]))


def _await(client: Client, answers: list[str], address: Address) -> None:
    deadline_s = time.monotonic() + _ANSWER_S
    while not answers:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            raise silent(address, _ANSWER_S)
        if client.loop(left_s) != MQTTErrorCode.MQTT_ERR_SUCCESS and not answers:
            raise unanswered(address)
