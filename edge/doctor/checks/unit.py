"""The service, as systemd and the journal know it."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from edge.base.text import one_line
from edge.doctor.finding import Finding, failed, ok, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

UNIT = "edge.service"
_PROPERTIES = (
    "LoadState",
    "ActiveState",
    "SubState",
    "UnitFileState",
    "Result",
    "NRestarts",
    "StatusText",
    "ProtectHome",
)
_COMMAND_S = 5.0
_LINES = 3
_CREDENTIALS = "/etc/credstore"
NOT_INSTALLED = "not installed as a service; edge run works in the foreground"
JOURNAL = "read the end of its log: sudo journalctl -u edge -n 50"
_DENIED = "not seeing messages"


@dataclass(frozen=True, slots=True)
class Unit:
    """What systemd knows of the service; empty texts where there is no systemd or no such unit."""

    load: str = ""
    active: str = ""
    sub: str = ""
    enabled: str = ""
    result: str = ""
    restarts: int = 0
    status: str = ""
    protect_home: str = ""

    @property
    def is_installed(self) -> bool:
        """Whether there is a unit."""
        return self.load not in {"", "not-found"}

    @property
    def hides_homes(self) -> bool:
        """Whether its sandbox keeps the folders of people out of its sight."""
        return self.protect_home in {"yes", "tmpfs"}

    @property
    def is_active(self) -> bool:
        """Whether it runs."""
        return self.active in {"active", "reloading"}


def unit_of(system: System) -> Unit:
    """The service's unit."""
    return _unit(system, UNIT)


def mosquitto_of(system: System) -> Unit:
    """The unit of the broker that Debian packages."""
    return _unit(system, "mosquitto.service")


def _unit(system: System, name: str) -> Unit:
    if not system.has_systemd:
        return Unit()
    asked = system.run(("systemctl", "show", name, f"--property={','.join(_PROPERTIES)}"), _COMMAND_S)
    given = dict(line.partition("=")[::2] for line in asked.text.splitlines())
    load, active, sub, enabled, result, restarts, status, home = (given.get(name, "") for name in _PROPERTIES)
    return Unit(load, active, sub, enabled, result, int(restarts or 0), status, home)


def credential_of(system: System, name: str) -> str:
    """The file that systemd hands to the service as its credential ``name``; empty where there is none.

    ``systemctl show`` of systemd 252 does not print credentials, the unit file and its drop-ins do.
    """
    if not system.has_systemd:
        return ""
    text = system.run(("systemctl", "cat", UNIT), _COMMAND_S).text
    found = re.findall(rf"^LoadCredential={re.escape(name)}:(\S+)$", text, re.MULTILINE)
    if not found or found[-1].startswith("/"):
        return found[-1] if found else ""
    return _in_store(system.path(f"{_CREDENTIALS}/{found[-1]}"))


def _in_store(path: Path) -> str:
    """A file of systemd's store of credentials, of which none has to be there; only root may look."""
    try:
        path.stat()
    except PermissionError:
        return str(path)
    except OSError:
        return ""
    return str(path)


def state(subject: Subject) -> Iterator[Finding]:
    """Whether it is installed, runs, and will run after the next start of the machine."""
    name, unit = "service.unit", unit_of(subject.system)
    said = f": {unit.status}" if unit.status else ""
    if not unit.load and subject.system.has_systemd:
        yield skipped(name, "systemd does not say what it knows of the service")
    elif not unit.is_installed:
        yield skipped(name, NOT_INSTALLED)
    elif unit.load != "loaded":
        yield failed(name, f"systemd cannot use the unit ({unit.load})", "run: systemd-analyze verify edge.service")
    elif unit.active == "failed":
        yield failed(name, f"the service has failed ({unit.result}) and is not tried again{said}", JOURNAL)
    elif unit.sub == "auto-restart":
        why = f"the service ends again and again ({unit.result}, {unit.restarts} restarts){said}"
        yield failed(name, why, JOURNAL)
    elif not unit.is_active and unit.active != "activating":
        yield warning(name, "the service is installed, but does not run", "run: sudo systemctl enable --now edge")
    elif unit.enabled == "disabled":
        yield warning(name, "the service runs, but not after the next start", "run: sudo systemctl enable edge")
    elif unit.restarts:
        yield warning(name, f"the service runs after {unit.restarts} restarts{said}", JOURNAL)
    else:
        yield ok(name, f"the service is {unit.active}{said}")


def errors(subject: Subject) -> Iterator[Finding]:
    """The last errors in its log, of one day at most."""
    name, system = "service.errors", subject.system
    if not unit_of(system).is_installed:
        yield skipped(name, NOT_INSTALLED)
        return
    words = ("journalctl", "-u", UNIT, "-p", "err", "--since=-24h", "-n", str(_LINES), "-o", "json", "--no-pager", "-q")
    asked = system.run(words, _COMMAND_S)
    if asked.status != 0 or _DENIED in asked.complaint:
        why = asked.complaint.partition("\n")[0] or f"exit status {asked.status}"
        yield skipped(name, f"the journal cannot be read ({why}); try with sudo")
    elif lines := _dated(asked.text):
        yield warning(name, f"the last errors in its log: {' | '.join(lines)}", JOURNAL)
    else:
        yield ok(name, "no errors in its log in the last 24 hours")


def _dated(text: str) -> list[str]:
    """The messages of entries as ``journalctl -o json`` prints them, each once, with the moment it came last."""
    latest: dict[str, str] = {}
    for line in text.splitlines():
        with suppress(ValueError, KeyError, TypeError):  # no entry
            entry = json.loads(line)
            moment = datetime.fromtimestamp(int(entry["__REALTIME_TIMESTAMP"]) / 1e6).astimezone()
            latest[one_line(_message(entry["MESSAGE"]))] = f"{moment:%Y-%m-%d %H:%M}"
    return [f"{moment} {message}" for message, moment in latest.items()]


def _message(found: str | list[int]) -> str:
    """A message; one that is no text comes as its bytes."""
    return found if isinstance(found, str) else bytes(found).decode(errors="replace")
