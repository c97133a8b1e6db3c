"""Whether the configuration can be used: each problem is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.finding import Finding, failed, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject

_NAME = "system.configuration"


def configuration(subject: Subject) -> Iterator[Finding]:
    """The file and ``--set``; what is checked besides uses the defaults where they are wrong."""
    known = subject.configuration
    if not known.problems:
        yield ok(_NAME, f"{known.file} is right" if known.file else "no file, so everything has its default")
    for problem in known.problems:
        key = problem.key.rpartition("[")[0] or problem.key
        yield failed(_NAME, " ".join(str(problem).split()), _remedy(key))


def _remedy(key: str) -> str:
    section = key.partition(".")[0]
    place = (
        f"edge config explain {section} lists what is allowed" if section else "edge config check says if it is right"
    )
    return f"mend that line; {place}; until then the checks below go by the defaults"
