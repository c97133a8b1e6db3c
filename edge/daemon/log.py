"""Logs: a line for people, or a JSON object for machines; both carry the fields given as ``extra``.

Under systemd what is for people goes to the journal, which keeps levels and fields apart and adds the time itself.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from edge.base.terminal import width_of, wrapped
from edge.base.text import printable_lines, utf8_text
from edge.base.url import masked
from edge.daemon.journal import JournalHandler, extra_of, is_journal, journal_sender, marked

if TYPE_CHECKING:
    from typing import TextIO

    from edge.settings import LogSettings


def set_up_logging(settings: LogSettings) -> None:
    """Send Edge's logs to stderr or the journal, in the form and from the level that the settings say."""
    logger = logging.getLogger("edge")
    logger.handlers = [_handler(settings)]
    logger.propagate = False
    logger.setLevel(settings.level.upper())


def _handler(settings: LogSettings) -> logging.Handler:
    to_journal = settings.format == "text" and is_journal(sys.stderr)
    if to_journal and (send := journal_sender()):
        handler: logging.Handler = JournalHandler(send)
        handler.setFormatter(PlainFormatter())
        return handler
    handler = logging.StreamHandler(sys.stderr)
    if to_journal:
        handler.setFormatter(MarkedFormatter())
    else:
        handler.setFormatter(JsonFormatter() if settings.format == "json" else TextFormatter(sys.stderr))
    return handler


class PlainFormatter(logging.Formatter):
    """``camera: the message  key=value``; addresses without what is secret in them."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the traceback of an unexpected error below it; lines below the first cannot pass for others."""
        fields = "".join(f"  {name}={value}" for name, value in extra_of(record).items())
        text = f"{record.name.removeprefix('edge.')}: {record.getMessage()}{fields}"
        if record.exc_info:
            text += f"\n{self.formatException(record.exc_info)}"
        return masked(printable_lines(text).replace("\n", "\n  "))


class TextFormatter(PlainFormatter):
    """``08:00:00 warning camera: the message  key=value``; in whole words where ``stream`` is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def format(self, record: logging.LogRecord) -> str:
        """As above, with time and level."""
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        line = f"{time} {record.levelname.lower()} {super().format(record)}"
        return wrapped(line, width_of(self._stream))


class MarkedFormatter(PlainFormatter):
    """``<4>camera: the message  key=value``: the journal takes the level from there."""

    def format(self, record: logging.LogRecord) -> str:
        """As above, with the level before each line."""
        return marked(super().format(record), record.levelno)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message and the extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": utf8_text(record.getMessage()),
            **extra_of(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return masked(json.dumps(entry, default=str))
