"""Lines for whoever reads: the journal, with their priority, or a terminal."""

from __future__ import annotations

import os
import sys

_ERROR = "<3>"
"""The prefix by which the journal knows an error; see sd-daemon(3)."""


def say(line: str) -> None:
    """Tell how it goes."""
    print(line, file=sys.stderr, flush=True)


def say_error(line: str) -> None:
    """Tell that something is wrong."""
    say(f"{_ERROR if 'JOURNAL_STREAM' in os.environ else ''}{line}")
