"""What a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.doctor.system import NOT_FOUND, TOO_LATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.load import Loaded
    from edge.doctor.subject import Subject
    from edge.doctor.system import System

LOG_LINES = 200
"""Wanted of each log where nobody says how many."""

_ROOT = 0
_COMMAND_S = 5.0


class UnavailableError(Exception):
    """Something cannot be had for the report; the text says why, in a line."""


@dataclass(frozen=True, slots=True)
class Appliance:
    """A machine with its configuration, and how many lines of each log are wanted.

    ``loaded`` are the settings with their origins; None where the file is wrong, or broken packages keep it from being
    read.
    """

    subject: Subject
    loaded: Loaded | None
    log_lines: int

    @property
    def system(self) -> System:
        """The machine."""
        return self.subject.system

    @property
    def is_root(self) -> bool:
        """Whether this process may see everything."""
        return self.system.uid == _ROOT

    def output(self, words: Sequence[str], limit_s: float = _COMMAND_S) -> str:
        """What a command says.

        Raises:
            UnavailableError: it is not here, fails or takes too long.
        """
        done = self.system.run(words, limit_s)
        if done.status != 0:
            complaint = done.complaint.partition("\n")[0] or f"exit status {done.status}"
            may_see = not self.is_root and done.status not in {NOT_FOUND, TOO_LATE}
            raise UnavailableError(f"{words[0]}: {complaint}{'; sudo edge report may see it' if may_see else ''}")
        return done.text
