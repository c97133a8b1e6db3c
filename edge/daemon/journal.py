"""Logs for systemd's journal: with fields where python3-systemd is installed, else as lines that carry their level."""

from __future__ import annotations

import importlib
import logging
import os
import re
from typing import TYPE_CHECKING, Any, TextIO

from edge.base.text import printable_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_IDENTIFIER = "edge"

_PLAIN_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_WORST_FIRST = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
_DEBUG = 7


def is_journal(stream: TextIO | None, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether what is written to ``stream`` ends up in the journal: it is the one ``JOURNAL_STREAM`` names.

    The variable alone proves nothing: it is inherited by processes whose output goes elsewhere. See systemd.exec(5).
    """
    try:
        state = os.fstat(stream.fileno()) if stream else None
    except (OSError, ValueError):  # closed, or no file at all
        return False
    return state is not None and environ.get("JOURNAL_STREAM") == f"{state.st_dev}:{state.st_ino}"


def journal_sender() -> Callable[..., object] | None:
    """``send`` of python3-systemd, which Debian packages; None where it is not installed."""
    try:
        send: Callable[..., object] = importlib.import_module("systemd.journal").send
    except (ImportError, AttributeError):
        return None
    return send


def priority(level: int) -> int:
    """The level of a record as syslog counts: 7 for debugging, down to 2 for what is critical."""
    return next((number for least, number in _WORST_FIRST if level >= least), _DEBUG)


def marked(text: str, level: int) -> str:
    """``text`` with its level before each line, from where the journal takes it; see sd-daemon(3)."""
    return "\n".join(f"<{priority(level)}>{line}" for line in text.split("\n"))


def extra_of(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a record that were given as ``extra``."""
    return {name: value for name, value in record.__dict__.items() if name not in _PLAIN_FIELDS}


class JournalHandler(logging.Handler):
    """Sends records with ``send``, which takes the message and the fields of the entry by name.

    Each field given as ``extra`` is one of the entry, ``EDGE_`` before its name; the message still shows it, as that is
    what people read.
    """

    def __init__(self, send: Callable[..., object]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record; never raises."""
        try:
            self._send(self.format(record), **_entry(record))
        except Exception:  # noqa: BLE001  # as every handler of the standard library does
            self.handleError(record)


def _entry(record: logging.LogRecord) -> dict[str, Any]:
    fields = {_field_name(name): printable_lines(str(value)) for name, value in extra_of(record).items()}
    if record.exc_info:
        fields["EDGE_TRACEBACK"] = printable_lines(logging.Formatter().formatException(record.exc_info))
    return {
        **fields,
        "PRIORITY": str(priority(record.levelno)),
        "SYSLOG_IDENTIFIER": _IDENTIFIER,
        "LOGGER": record.name,
        "CODE_FILE": record.pathname,
        "CODE_LINE": record.lineno,
        "CODE_FUNC": record.funcName,
    }


def _field_name(name: str) -> str:
    return f"EDGE_{re.sub(r'[^A-Z0-9_]', '_', name.upper())}"
