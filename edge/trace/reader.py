"""Reading a trace: line by line, each checked, so that a bad one is named and never a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self, cast

from edge.base.regular_file import open_regular
from edge.errors import InputError
from edge.trace.lines import header_from, record_from
from edge.trace.records import TRACE_SCHEMA, FrameRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from edge.base.json_fields import Line
    from edge.config.schema import Schema
    from edge.trace.records import Record, TaskRecord
    from edge.types import TaskName

_LONGEST_LINE = 8_000_000
_KIND = TRACE_SCHEMA.rpartition("/")[0]


class TraceReader:
    """A trace; a context manager. Iterating gives each task's record with its frame, in the order of the file.

    ``schema`` says which settings there are. ``notices`` are sentences about what was passed over, ``frames`` counts
    the frames read so far.

    Raises:
        InputError: the file cannot be read, or is no trace of this version.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path = path
        self.frames = 0
        self.notices: list[str] = []
        self._number = 0
        try:
            self._file = open_regular(path)
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}; give the path of a trace") from error
        try:
            self.header, unknown = header_from(self._first(), schema)
        except ValueError as error:
            self._file.close()
            raise self._failure(str(error)) from None
        if unknown:
            self.notices.append(f"recorded with settings that this Edge does not know: {', '.join(unknown)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[FrameRecord, TaskRecord]]:
        """Each task's record with its frame.

        Raises:
            InputError: a line is wrong; it is named.
        """
        frames = _Frames([task.name for task in self.header.tasks])
        for line in self._lines():
            try:
                record = record_from(line, self.header)
                frame = frames.take(record)
            except ValueError as error:
                raise self._failure(str(error)) from None
            if isinstance(record, FrameRecord):
                self.frames += 1
            else:
                yield frame, record

    def _first(self) -> Line:
        line = _parsed(self._read())
        schema = line.get("schema") if line else None
        if line is None or not isinstance(schema, str) or not schema.startswith(f"{_KIND}/"):
            raise ValueError(f"not a trace: the first line has no schema {_KIND}; make one with: edge record")
        if schema != TRACE_SCHEMA:
            raise ValueError(f"a trace of version {schema.rpartition('/')[2]}; this Edge reads version 1")
        return line

    def _lines(self) -> Iterator[Line]:
        """The lines after the first; one that is no JSON ends the trace where nothing follows it."""
        while data := self._read():
            line = _parsed(data)
            if line is None:
                torn = self._number
                if self._read():
                    self._number = torn
                    raise self._failure("not a line of a trace (no JSON object)")
                self.notices.append(f"line {torn}, the last, is cut off and left out")
                return
            yield line

    def _read(self) -> bytes:
        """The next line with its end; empty at the end of the file."""
        try:
            data = self._file.readline(_LONGEST_LINE)
        except OSError as error:
            raise InputError(f"{self.path} cannot be read: {error.strerror}") from error
        self._number += bool(data)
        return data

    def _failure(self, problem: str) -> InputError:
        return InputError(f"{self.path}:{self._number}: {problem}")


class _Frames:
    """The frames that a task may still come to, and the order in which everything must come."""

    def __init__(self, tasks: list[TaskName]) -> None:
        self._last = dict.fromkeys(tasks, -1)
        self._newest: FrameRecord | None = None
        self._waiting: dict[int, FrameRecord] = {}

    def take(self, record: Record) -> FrameRecord:
        """The frame of a record; raises ``ValueError`` where it comes out of order."""
        if isinstance(record, FrameRecord):
            self._add(record)
            return record
        if record.frame <= self._last[record.task]:
            raise ValueError(f"out of order: {record.task} has been at frame {self._last[record.task]} already")
        frame = self._waiting.get(record.frame)
        if frame is None:
            raise ValueError(f"{record.task} is at frame {record.frame}, which is not in the trace before it")
        self._last[record.task] = record.frame
        self._drop_those_all_have_passed()
        return frame

    def _add(self, frame: FrameRecord) -> None:
        newest = self._newest
        if newest is not None:
            if frame.number <= newest.number:
                raise ValueError(f"out of order: frame {frame.number} comes after frame {newest.number}")
            if (frame.segment, frame.timestamp_ns) <= (newest.segment, newest.timestamp_ns):
                raise ValueError(f"out of order: frame {frame.number} is not later than frame {newest.number}")
        self._newest = frame
        self._waiting[frame.number] = frame

    def _drop_those_all_have_passed(self) -> None:
        passed = min(self._last.values())
        while self._waiting and (oldest := next(iter(self._waiting))) <= passed:
            del self._waiting[oldest]


def _parsed(data: bytes) -> Line | None:
    """The JSON object in a line; None where there is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError, MemoryError):
        return None
    return cast("Line", found) if isinstance(found, dict) else None
