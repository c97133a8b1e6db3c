"""The files that the configuration names: a service may see less of them than the person who named them."""

from __future__ import annotations

import shlex
import stat
from pathlib import PurePath
from typing import TYPE_CHECKING

from edge.config.values import path_in
from edge.doctor.checks.unit import credential_of, unit_of
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.doctor.service_account import account_of
from edge.mqtt.broker_address import CREDENTIAL
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_NAME = "service.files"
_DEVICES = "/dev/"  # what is there, others look at
_HOMES = ("/home", "/root", "/run/user")  # what ProtectHome= of systemd.exec(5) hides
_MOVE = "move it to /etc/edge or /var/lib/edge and set the key to its new place"


def files(subject: Subject) -> Iterator[Finding]:
    """Whether the user of the service can read them, and its sandbox lets it see them; secrets nobody else should."""
    system = subject.system
    account, unit = account_of(system), unit_of(system)
    exposed = {key: path for key, path in _secrets(subject) if _is_open_to_all(system, path)}
    for key, path in exposed.items():
        typed = _typed(path)
        mine = (
            f"sudo chgrp {account.name} {typed}; sudo chmod 640 {typed}" if account.is_service else f"chmod 600 {typed}"
        )
        yield warning(_NAME, f"{key}: every user of this machine may read or change {path}, a secret", f"run: {mine}")
    if not account.is_service:
        if not exposed:
            yield skipped(_NAME, "not installed as a service; files are read as you")
        return
    named = {key: path for key, path in _named(subject) if system.exists(str(path))}
    hidden = {key: path for key, path in named.items() if unit.hides_homes and str(path).startswith(_HOMES)}
    closed = {key: path for key, path in named.items() if key not in hidden and not account.may_read(system, path)}
    for key, path in hidden.items():
        yield failed(_NAME, f"{key}: the service cannot see {path}, because it sees nobody's home folder", _MOVE)
    for key, path in closed.items():
        typed = _typed(path)
        fix = f"run: sudo chgrp {account.name} {typed}; sudo chmod g+r {typed}; and let it through the folders above"
        yield failed(_NAME, f"{key}: the user {account.name} of the service may not read {path}", fix)
    if not hidden and not closed and not exposed:
        yield ok(_NAME, f"the user {account.name} may read the {len(named)} files that the configuration names")


def _typed(path: PurePath) -> str:
    """A path as it is typed to a shell, to which it must say nothing: who may change the settings has chosen it."""
    return shlex.quote(str(path))


def _secrets(subject: Subject) -> Iterator[tuple[str, PurePath]]:
    """The keys whose files nobody else should know, with them, and the password that systemd hands to the service."""
    for path in SCHEMA.keys:
        if path.endswith((".password_file", ".key_file")) and (named := SCHEMA.value_of(subject.settings, path)):
            yield path, PurePath(str(named))
    if credential := credential_of(subject.system, CREDENTIAL):
        yield f"the credential {CREDENTIAL}", _name_of(subject.system, PurePath(credential))


def _name_of(system: System, path: PurePath) -> PurePath:
    """What a path is called on the machine that is looked at."""
    return PurePath("/", path.relative_to(system.root)) if path.is_relative_to(system.root) else path


def _is_open_to_all(system: System, file: PurePath) -> bool:
    """Whether users who have no part in a file may read or write it, and get through to it."""
    try:
        folders = [system.path(str(folder)).stat().st_mode for folder in file.parents[:-1]]
        mode = system.path(str(file)).stat().st_mode
    except OSError:
        return False
    return bool(mode & (stat.S_IROTH | stat.S_IWOTH)) and all(folder & stat.S_IXOTH for folder in folders)


def _named(subject: Subject) -> Iterator[tuple[str, PurePath]]:
    """The keys that name a file, with it; the configuration itself is one."""
    if subject.configuration.file:
        yield "the configuration", PurePath(subject.configuration.file)
    for path, key in SCHEMA.keys.items():
        value = SCHEMA.value_of(subject.settings, path)
        if (file := path_in(key, value)) and not file.startswith(_DEVICES):
            yield path, PurePath(file)
