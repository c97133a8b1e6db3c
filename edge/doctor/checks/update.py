"""Whether the version of Edge that was installed last works, as edge-appliance has watched it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from edge.base.rolled_back import FILE, read_rolled_back
from edge.doctor.checks.debian import package_version
from edge.doctor.finding import Finding, failed, ok, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_NAME = "update.last"
_PACKAGE, _WATCHER = "edge-vision", "edge-appliance"
_GOOD = FILE.with_name("update.json")
_JOURNAL = "journalctl -u edge-update"
_WORDS = f"its last words: {FILE}"


def last(subject: Subject) -> Iterator[Finding]:
    """The last update: confirmed, watched, or taken back."""
    system = subject.system
    version = package_version(system, _PACKAGE)
    rolled_back = read_rolled_back(system.path(str(FILE)))
    if rolled_back and rolled_back.restored and rolled_back.version == version:
        why = f"{_PACKAGE} {version} did not work here ({rolled_back.why}), and is installed again or still"
        yield warning(_NAME, why, f"it is watched, and taken back again if it does not work: {_JOURNAL}; {_WORDS}")
    elif rolled_back and rolled_back.restored:
        again = f"to try it again: sudo apt install ./{_PACKAGE}_{rolled_back.version}_*.deb"
        fix = f"wait for a later one, which apt installs as ever; {again}; {_WORDS}"
        yield warning(_NAME, f"{_PACKAGE} {rolled_back.sentence()}", fix)
    elif rolled_back:
        fix = f"install an older or a newer package by hand: sudo apt install ./{_PACKAGE}_*.deb; {_WORDS}"
        yield failed(_NAME, f"{_PACKAGE} {rolled_back.sentence()}", fix)
    elif not package_version(system, _WATCHER):
        yield skipped(_NAME, f"{_WATCHER} is not installed, so nobody watches over updates")
    elif version and version == _good(system):
        yield ok(_NAME, f"{_PACKAGE} {version} works")
    else:
        yield ok(_NAME, f"{_PACKAGE} {version} is new here and is watched until it has worked for some minutes")


def _good(system: System) -> str:
    try:
        return str(json.loads(system.read(str(_GOOD)))["good"])
    except (ValueError, KeyError, TypeError):
        return ""
