"""Whether the configuration can be used, each problem a finding, and whether the card's inbox has been emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.inbox import INBOX, errors_beside, names_of
from edge.config.schema import sections
from edge.doctor.finding import Finding, failed, ok, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject

_NAME, _INBOX = "system.configuration", "configuration.inbox"
_TAKE_OVER = "sudo edge config inbox"


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
    if told := system.read(str(errors_beside(INBOX))):
        yield warning(_INBOX, _first_problem(told), f"correct {INBOX}; then restart, or run: {_TAKE_OVER}")
    elif waiting:
        why = f"{waiting[0]} waits to be taken over"
        yield warning(_INBOX, why, f"restart, or run: {_TAKE_OVER}; if it stays, see: journalctl -u edge-inbox")
    else:
        yield ok(_INBOX, "nothing waits on the boot partition")


def _first_problem(told: str) -> str:
    """Of ``edge.toml.errors.txt``, which is text for Windows: its first sentence and the first problem below it."""
    lines = [line for line in told.removeprefix("\ufeff").splitlines() if line.strip()]
    return " ".join(lines[:2])


def _remedy(key: str) -> str:
    section = key.partition(".")[0]
    known = section in sections()
    place = f"edge config explain {section} lists what is allowed" if known else "edge config check says if it is right"
    return f"mend that line; {place}; until then the checks below go by the defaults"
