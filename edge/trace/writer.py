"""Writing a trace: each line goes to the file at once, so that whatever ends the program costs the last at most."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from edge.errors import ConfigError, EdgeError
from edge.messages.encoding import encoded
from edge.trace.lines import header_line, record_line
from edge.trace.records import FrameRecord

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from edge.base.json_fields import Line
    from edge.config.schema import Schema
    from edge.trace.records import Record, TraceHeader


class TraceWriter:
    """A new trace; a context manager. :meth:`write` may be called from several threads.

    ``schema`` says which settings there are. Without a frame no file is left.

    Raises:
        ConfigError: there is such a file already. EdgeError: it cannot be written.
    """

    def __init__(self, path: Path, header: TraceHeader, schema: Schema) -> None:
        self.path = path
        self.size_bytes = 0
        self.frames = 0
        self._lock = threading.Lock()
        try:
            self._file = path.open("xb", buffering=0)
        except FileExistsError:
            raise ConfigError(f"{path} exists; a trace is never overwritten, choose another name") from None
        except OSError as error:
            raise self._failure(error) from error
        self._put(header_line(header, schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if not self.frames:
            self.path.unlink(missing_ok=True)

    def write(self, record: Record) -> None:
        """Add a line.

        Raises:
            EdgeError: it cannot be written, for instance because the disk is full.
        """
        line = record_line(record)
        with self._lock:
            self.frames += isinstance(record, FrameRecord)
            self._put(line)

    def _put(self, line: Line) -> None:
        data = encoded(line) + b"\n"
        try:
            while data:
                written = self._file.write(data)
                self.size_bytes, data = self.size_bytes + written, data[written:]
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> EdgeError:
        return EdgeError(f"{self.path} cannot be written: {error.strerror}; check the folder and its free space")
