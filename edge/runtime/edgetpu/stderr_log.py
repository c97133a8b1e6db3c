"""What a worker writes to stderr, for the log and for the reason why it ended."""

from __future__ import annotations

import logging
import os
import re
import threading
from typing import IO, TYPE_CHECKING

from edge.base.limited_log import LimitedLog

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES = 65536
_CHUNKS = 16
"""So much is taken at once: one that never ends to write must not keep whoever reads it."""
_LONGEST_LINE = 500
_CALM = re.compile(r"I(NFO:|\d{4} | )")
_FATAL = re.compile(r"F(\d{4} | )")
"""As the logging of Google's libraries begins a line that says why it ends the process; a stack trace may follow."""


class StderrLog:
    """Reads a pipe without waiting; for any thread."""

    def __init__(self, pipe: IO[bytes] | None, name: str) -> None:
        """``name`` stands before each line in the log."""
        self.fd = pipe.fileno() if pipe else None
        """None after the end of the pipe."""
        self._name = name
        logger = logging.getLogger("edge.runtime.edgetpu")
        self._limited = {level: LimitedLog(logger) for level in (logging.DEBUG, logging.WARNING)}
        self._rest = ""
        self._last = self._fatal = ""
        self._lock = threading.Lock()
        if self.fd is not None:
            os.set_blocking(self.fd, False)

    @property
    def reason(self) -> str:
        """The line that says why the process ended, as far as one does; empty where it wrote nothing."""
        return self._fatal or self._last

    def drain(self) -> None:
        """Take what is there."""
        with self._lock:
            for line in self._lines():
                self._log(line)

    def close(self) -> None:
        """Take what is there, and never read the pipe again."""
        self.drain()
        with self._lock:
            self.fd = None
            self._log(self._rest)

    def _lines(self) -> Iterator[str]:
        for _ in range(_CHUNKS):
            if self.fd is None:
                return
            try:
                chunk = os.read(self.fd, _CHUNK_BYTES)
            except BlockingIOError:
                return
            if not chunk:
                self.fd = None
            *lines, self._rest = (self._rest + chunk.decode(errors="replace")).split("\n")
            yield from lines
            self._rest = self._rest[:_LONGEST_LINE]

    def _log(self, line: str) -> None:
        line = line.strip()[:_LONGEST_LINE]
        if not line:
            return
        level = logging.DEBUG if _CALM.match(line) else logging.WARNING
        self._limited[level].log(level, "%s: %s", self._name, line)
        self._last = line
        if _FATAL.match(line):
            self._fatal = line
