"""The files that the configuration names: a service may see less of them than the person who named them."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from edge.config.schema import entries, value_of
from edge.config.values import is_model_path
from edge.doctor.account import account_of
from edge.doctor.checks.unit import unit_of
from edge.doctor.finding import Finding, failed, ok, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject

_NAME = "service.files"
_HOMES = ("/home", "/root", "/run/user")  # what ProtectHome= of systemd.exec(5) hides
_MOVE = "move it to /etc/edge or /var/lib/edge and set the key to its new place"


def files(subject: Subject) -> Iterator[Finding]:
    """Whether the user of the service can read them, and its sandbox lets it see them."""
    system = subject.system
    account, unit = account_of(system), unit_of(system)
    if not account.is_service:
        yield skipped(_NAME, "not installed as a service; files are read as you")
        return
    named = {key: path for key, path in _named(subject) if system.exists(str(path))}
    hidden = {key: path for key, path in named.items() if unit.hides_homes and str(path).startswith(_HOMES)}
    closed = {key: path for key, path in named.items() if key not in hidden and not account.may_read(system, path)}
    for key, path in hidden.items():
        yield failed(_NAME, f"{key}: the service cannot see {path}, because it sees nobody's home folder", _MOVE)
    for key, path in closed.items():
        fix = f"run: sudo chgrp {account.name} {path}; sudo chmod g+r {path}; and let it through the folders above"
        yield failed(_NAME, f"{key}: the user {account.name} of the service may not read {path}", fix)
    if not hidden and not closed:
        yield ok(_NAME, f"the user {account.name} may read the {len(named)} files that the configuration names")


def _named(subject: Subject) -> Iterator[tuple[str, PurePath]]:
    """The keys that name a file, with it; the configuration itself is one."""
    if subject.configuration.file:
        yield "the configuration", PurePath(subject.configuration.file)
    for path, entry in entries().items():
        value = value_of(subject.settings, path)
        if not isinstance(value, str) or not value:
            continue
        if entry.key.kind == "path" or (entry.key.kind == "model" and is_model_path(value)):
            yield path, PurePath(value)
        elif entry.key.kind == "source" and value.startswith(("video:", "stills:")):
            yield path, PurePath(value.partition(":")[2])
