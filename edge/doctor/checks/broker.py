"""The broker: found, listening, and letting us in."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.base.shown_host import shown_host
from edge.base.text import one_line
from edge.doctor.checks.unit import credential_of, mosquitto_of, unit_of
from edge.doctor.finding import Finding, explained, failed, ok, skipped, warning
from edge.doctor.probe import ProbeError, probe
from edge.errors import ConfigError
from edge.mqtt.broker_address import CREDENTIAL, CREDENTIAL_STORE, stored_secret, topic_prefix
from edge.mqtt.settings import MqttSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edge.doctor.checks.unit import Unit
    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_LOOK_UP_S, _CONNECT_S, _ANSWER_S = 4.0, 4.0, 4.0
_PROBE_S = 16.0  # MQTT 5 unanswered, 3.1.1 with an answer, another one, and the way back
_FRESH_S = 4000.0  # longer than the longest health.stats_interval_s
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LOG = "check that a broker listens on mqtt.port, and read its log, e.g. sudo journalctl -u mosquitto"
OFF = "mqtt.enabled is false"
_LONGEST_WORDS = 1000
# Whoever may publish there can have written it, and advice of the doctor is done as root.
_IS_IT_SO = "do what it says only where its log says so, too: sudo journalctl -u edge -n 50"
_ENABLE = "sudo systemctl enable --now mosquitto"


class SilentNameServerError(OSError):
    """Nobody answers when asked for the address of a name."""


def reachable(subject: Subject) -> Iterator[Finding]:
    """Whether anybody listens where the broker should be: TCP only."""
    name, mqtt = "broker.reachable", subject.settings[MqttSettings]
    if not mqtt.enabled:
        yield skipped(name, OFF)
        return
    absence = _absence(mqtt.host, mqtt.port)
    if absence is None:
        yield ok(name, f"{shown_host(mqtt.host)}:{mqtt.port} takes connections")
    else:
        yield _explained_absence(subject.system, name, mqtt.host, mqtt.port, absence)


def login(subject: Subject) -> Iterator[Finding]:
    """Whether the broker accepts us: MQTT's CONNECT, with the files that the settings name."""
    name, mqtt = "broker.login", subject.settings[MqttSettings]
    if not mqtt.enabled:
        yield skipped(name, OFF)
        return
    absence = _absence(mqtt.host, mqtt.port)
    try:
        answer = ask(subject, "broker", topic="", files_only=absence is not None)
    except ConfigError as error:
        closed = error.__cause__.filename if isinstance(error.__cause__, PermissionError) else ""
        answer = {"wrong": str(error), "closed": closed}
    except ProbeError as error:
        yield explained(name, str(error), _LOG)
        return
    if "wrong" in answer:
        yield _wrong(subject.system, name, answer)
    elif absence:
        yield skipped(name, "there is no connection to log in on; see broker.reachable")
    else:
        over = " over TLS" if mqtt.tls else ""
        yield ok(name, f"{answer['broker']} accepts {shown_user(mqtt)}{over}")


def _wrong(system: System, name: str, answer: Mapping[str, Any]) -> Finding:
    """A setting or a file that cannot be used; of what only the service may read a person learns nothing."""
    if answer["closed"] and system.uid != 0 and unit_of(system).is_installed:
        return skipped(name, f"only the service may read {answer['closed']}; try with sudo")
    return explained(name, answer["wrong"], "edge config explain mqtt lists what is allowed")


def trouble(subject: Subject) -> Iterator[Finding]:
    """What the running service says is wrong at the broker, as it stands in the stats that the broker keeps."""
    name, mqtt = "broker.trouble", subject.settings[MqttSettings]
    if not mqtt.enabled:
        yield skipped(name, OFF)
        return
    topic = f"{topic_prefix(mqtt.base_topic, subject.configuration.device_id)}stats"
    try:
        stats = ask(subject, "broker", topic=topic, files_only=False)["kept"]
    except (ConfigError, ProbeError, KeyError):
        yield skipped(name, "there is no session to listen in; see broker.login")
        return
    if stats is None or _age_s(stats) > _FRESH_S:
        yield skipped(name, f"the service has said nothing on {topic} lately; see service.unit")
        return
    said = stats.get("mqtt")
    sentence = said.get("trouble") if isinstance(said, dict) else None
    if sentence:
        yield warning(name, f'on {topic} the service says: "{one_line(str(sentence), _LONGEST_WORDS)}"', _IS_IT_SO)
    else:
        yield ok(name, "the service says of none")


def ask(subject: Subject, name: str, **request: Any) -> dict[str, Any]:
    """What a probe answers that logs in at the broker, see :mod:`edge.doctor.probes.broker`.

    Raises:
        ConfigError: the password that systemd hands to the service cannot be read.
        ProbeError: the login came to nothing.
    """
    mqtt = subject.settings[MqttSettings]
    login = {"mqtt": asdict(mqtt), "password": _credential(mqtt, subject.system), "answer_s": _ANSWER_S}
    return probe(subject.system, name, {**login, **request}, _PROBE_S)


def shown_user(mqtt: MqttSettings) -> str:
    """Whom the broker sees."""
    return f"the user {mqtt.username!r}" if mqtt.username else "us without a user name"


def _credential(mqtt: MqttSettings, system: System) -> str | None:
    """The password as systemd hands it to the service; the doctor reads it where it lies."""
    if mqtt.password_file or not mqtt.username or "CREDENTIALS_DIRECTORY" in system.environ:
        return None
    stored = CREDENTIAL_STORE if os.access(CREDENTIAL_STORE, os.R_OK) else ""
    path = credential_of(system, CREDENTIAL) or stored
    return stored_secret(Path(path)).read() if path else None


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


def _explained_absence(system: System, name: str, host: str, port: int, error: Exception) -> Finding:
    """Which of the many ways not to be there it is."""
    address = f"{shown_host(host)}:{port}"
    if isinstance(error, SilentNameServerError):
        why = f"no name server says within {_LOOK_UP_S:g} s who {host} is"
        return failed(name, why, "check the network (ip route; cat /etc/resolv.conf), or set mqtt.host to an address")
    if isinstance(error, socket.gaierror | UnicodeError):
        why = f"no machine called {host} is known ({getattr(error, 'strerror', None) or error})"
        return failed(name, why, "check mqtt.host, or give the broker's address instead of its name")
    if isinstance(error, ConnectionRefusedError):
        return failed(name, f"{host} is there, but nothing listens on port {port}", _start_it(system, host, port))
    if isinstance(error, TimeoutError):
        why = f"{address} does not answer at all"
        return failed(
            name, why, f"is that machine on, its address still {host}, and does no firewall hold the port back?"
        )
    why = f"{address} cannot be reached ({getattr(error, 'strerror', None) or error})"
    return failed(name, why, "check this machine's network: ip address; ip route")


def _start_it(system: System, host: str, port: int) -> str:
    if host in _LOCAL:
        return _start_it_here(mosquitto_of(system), port)
    return "start the broker there, check mqtt.port, and let it listen to other machines (mosquitto: listener 1883)"


def _start_it_here(mosquitto: Unit, port: int) -> str:
    if not mosquitto.is_installed:
        return "start a broker here: sudo apt install mosquitto; or set mqtt.host and mqtt.port to one elsewhere"
    if mosquitto.load == "masked":
        return f"mosquitto is installed, but masked; run: sudo systemctl unmask mosquitto && {_ENABLE}"
    if mosquitto.active == "failed" or mosquitto.sub == "auto-restart":
        return "mosquitto is installed, but fails at its start; read why: sudo journalctl -u mosquitto -n 20"
    if mosquitto.is_active:
        return f"mosquitto runs, but listens elsewhere: set mqtt.port to its port, or its listener to {port}"
    return f"mosquitto is installed, but does not run; run: {_ENABLE}"


def _age_s(stats: Mapping[str, Any]) -> float:
    with suppress(ValueError, TypeError):
        return time.time() - datetime.fromisoformat(str(stats.get("published_at"))).timestamp()
    return float("inf")
