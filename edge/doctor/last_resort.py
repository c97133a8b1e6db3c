"""``edge doctor`` where the rest of Edge cannot even be loaded: without settings, without colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.examine import examine
from edge.doctor.report import as_json, as_text, exit_status
from edge.doctor.subject import Subject
from edge.doctor.system import System

if TYPE_CHECKING:
    from collections.abc import Sequence


def examine_broken(words: Sequence[str]) -> int:
    """Print what can be found without the configuration; the exit status. ``words`` are those after the command."""
    findings = examine(Subject(System(), None))
    print(as_json(findings) if "--json" in words else as_text(findings))  # noqa: T201
    return exit_status(findings)
