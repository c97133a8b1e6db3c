"""Running the system's commands: with a deadline, without anybody who could answer a question."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_FOUND, TOO_LATE = 127, 124
"""Exit statuses of a command that is not there and of one that did not end in time, as shells and timeout(1) say it."""
QUICK_S = 30.0
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Output:
    """How a command ended, what it printed, and what it complained of: warnings and errors."""

    status: int
    text: str = ""
    complaint: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it did what it was asked for."""
        return self.status == 0

    @property
    def last_words(self) -> str:
        """The end of what it complained of, else of what it printed, in one line."""
        return last_lines(self.complaint or self.text)


class Run(Protocol):
    """Runs a command to its end, but for no longer than ``limit_s``; never raises."""

    def __call__(
        self,
        *words: str,
        limit_s: float = QUICK_S,
        stdin: bytes = b"",
        environ: Mapping[str, str] = _NOTHING,
    ) -> Output:
        """Run it, with ``environ`` on top of our own."""
        ...


def run_command(
    *words: str, limit_s: float = QUICK_S, stdin: bytes = b"", environ: Mapping[str, str] = _NOTHING
) -> Output:
    """Run a command; see :class:`Run`. Where it takes too long, all that it has started is ended with it."""
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8", **environ},
            start_new_session=True,
        )
    except OSError as error:
        return Output(NOT_FOUND, complaint=error.strerror or str(error))
    with process:
        try:
            said, wrong = process.communicate(stdin, timeout=limit_s)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            said, wrong = process.communicate()
            wrong += f"\nno answer within {limit_s:g} s".encode()
            return Output(TOO_LATE, _text(said), _text(wrong))
    return Output(process.returncode, _text(said), _text(wrong))


def last_lines(text: str, count: int = 5) -> str:
    """The end of what a command printed, in one line."""
    return "; ".join(line.strip() for line in text.splitlines()[-count:] if line.strip())


def _text(printed: bytes) -> str:
    return printed.decode(errors="replace").strip()
