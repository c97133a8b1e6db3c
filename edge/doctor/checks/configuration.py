"""Whether the configuration can be used, each problem a finding, and whether the card's inbox has been emptied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edge.base.regular_file import open_no_link, open_regular
from edge.config.inbox import INBOX, errors_beside, names_of
from edge.doctor.checks.unit import JOURNAL, NOT_INSTALLED, unit_of
from edge.doctor.finding import Finding, failed, ok, skipped, warning
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_NAME, _INBOX, _IN_USE = "system.configuration", "configuration.inbox", "configuration.in_use"
_TAKE_OVER = "sudo edge config inbox"
_REFUSED, _STARTS = "/var/lib/edge/refused.toml", "/run/edge/failed-starts"
_FAILED_STARTS = re.compile(r"(\d{1,9})\n.*\n(.*)")
_SOME = 2
"""One is counted while a start goes on."""
_MOST_BYTES = 4096
_LAST_GOOD = "the configuration is wrong, the last good one is in force"
_MEND = "mend the file (edge config diff shows what is not as built in; edge config check), then: sudo edge reload"


def configuration(subject: Subject) -> Iterator[Finding]:
    """The file and ``--set``; what is checked besides uses the defaults where they are wrong."""
    known = subject.configuration
    if not known.problems:
        yield ok(_NAME, f"{known.file} is right" if known.file else "no file, so everything has its default")
    for problem in known.problems:
        yield failed(_NAME, " ".join(str(problem).split()), _remedy(problem.key))


def inbox(subject: Subject) -> Iterator[Finding]:
    """Whether a file on the boot partition waits to be taken over, or could not be."""
    system = subject.system
    if not system.exists(str(INBOX.parent)):
        yield skipped(_INBOX, f"this machine has no {INBOX.parent}")
        return
    waiting = [path for path in names_of(INBOX) if system.exists(str(path))]
    errors = str(errors_beside(INBOX))
    if told := system.read(errors):
        yield warning(_INBOX, _first_problem(told), f"correct {INBOX}; then restart, or run: {_TAKE_OVER}")
    elif system.exists(errors):
        why = f"{INBOX} was not taken over; you may not read {errors}, which says why"
        yield warning(_INBOX, why, f"sudo cat {errors}")
    elif waiting:
        why = f"{waiting[0]} waits to be taken over"
        yield warning(_INBOX, why, f"restart, or run: {_TAKE_OVER}; if it stays, see: journalctl -u edge-inbox")
    else:
        yield ok(_INBOX, "nothing waits on the boot partition")


def in_use(subject: Subject) -> Iterator[Finding]:
    """Whether the service does what the file says, by what it says itself and has left in its folders.

    It goes on with the last good configuration where it cannot use the file, or has not survived it.
    """
    system, unit = subject.system, unit_of(subject.system)
    if not unit.is_installed:
        yield skipped(_IN_USE, NOT_INSTALLED)
        return
    refused, failed_starts = _first_line(system, _REFUSED), _FAILED_STARTS.match(_left_behind(system, _STARTS))
    if refused:
        why = f"the service did not survive the file ({refused.lstrip('# ')}) and goes on with the last good one"
        yield warning(_IN_USE, why, _MEND)
    elif unit.status.startswith(_LAST_GOOD):
        yield warning(_IN_USE, f"the service says: {unit.status}", _MEND)
    elif failed_starts and int(failed_starts[1]) >= _SOME:
        why = f"{failed_starts[1]} starts of the service, one after the other, have not lasted: {failed_starts[2]}"
        yield warning(_IN_USE, why, f"mend what that names; {JOURNAL}")
    elif unit.is_active:
        yield ok(_IN_USE, "the service has taken the configuration over")
    else:
        yield skipped(_IN_USE, "the service does not run; see service.unit")


def _first_line(system: System, name: str) -> str:
    return _left_behind(system, name).partition("\n")[0].strip()


def _left_behind(system: System, name: str) -> str:
    """The beginning of a file in a folder of the service; empty where there is none that may be read.

    Whoever has taken the service over may have put anything there, and root reads.
    """
    try:
        with open_regular(system.path(name), open_no_link) as content:
            return content.read(_MOST_BYTES).decode(errors="replace")
    except OSError:
        return ""


def _first_problem(told: str) -> str:
    """Of ``edge.toml.errors.txt``, which is text for Windows: its first sentence and the first problem below it."""
    lines = [line for line in told.removeprefix("\ufeff").splitlines() if line.strip()]
    return " ".join(lines[:2])


def _remedy(key: str) -> str:
    section = key.partition(".")[0]
    known = section in SCHEMA.sections
    advice = (
        f"edge config explain {section} lists what is allowed" if known else "edge config check says if it is right"
    )
    return f"mend that line; {advice}; until then the checks below go by the defaults"
