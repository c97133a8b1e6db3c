"""The events of the outbox in a file, so that they survive a restart.

The file has a line for each change: ``<crc> + <number> <payload>`` for an event, ``<crc> - <number>`` when it has gone.
The CRC-32 (8 hex digits) is that of the rest of the line: one that was torn by a power cut is known and left out.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import threading
import zlib
from typing import TYPE_CHECKING

from edge.base.atomic_file import sync_folder, write_file
from edge.base.regular_file import open_regular
from edge.mqtt.outbox import MAX_BYTES, OutboxEvent

if TYPE_CHECKING:
    from pathlib import Path

FLUSH_S = 1.0
RETRY_S = 30.0  # after a disk was full, or worse
MAX_FILE_BYTES = 2 * MAX_BYTES  # before it grows larger it is written anew, with what still waits
_READ_LIMIT_BYTES = 2 * MAX_FILE_BYTES  # of a file that is not our work only the end is read
_CRC_DIGITS = 8
_OURS_ALONE = 0o600
_CHANGE = re.compile(rb"- (?P<gone>\d{1,20})|\+ (?P<number>\d{1,20}) (?P<payload>.*)", re.DOTALL)

_logger = logging.getLogger(__name__)


class OutboxFile:
    """Notes what the outbox takes and lets go, and writes it to a file in a thread of its own.

    Every ``flush_s`` seconds in which something has changed, the changes are appended and forced to the disk (fsync).
    So after a crash or a power cut, an event is there if it is older than that; one that the broker has confirmed
    within that time is never written, and while the broker is there the file is not touched.
    """

    def __init__(self, path: Path, flush_s: float = FLUSH_S) -> None:
        """Read what is there.

        Raises:
            OSError: the file cannot be read or written, or another process has it.
        """
        self._path = path
        self._flush_s = flush_s
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock_handle = _lock(path.with_name(f"{path.name}.lock"))
        self._written, whole = _read(path)  # what the file holds, by number
        self._handle = _open(path)
        sync_folder(path.parent)
        self._rewrite = not whole
        self._added: dict[int, bytes] = {}
        self._removed: list[int] = []
        self._guard = threading.Lock()  # of the two above
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._complained = False
        self._thread = threading.Thread(target=self._run, name="mqtt-outbox-file", daemon=True)
        self._thread.start()

    def kept(self) -> list[OutboxEvent]:
        """The events that wait since an earlier run, in order; to be asked before anything is added."""
        return [OutboxEvent(number, payload) for number, payload in sorted(self._written.items())]

    def add(self, event: OutboxEvent) -> None:
        """Note a new event; never waits for the disk."""
        with self._guard:
            self._added[event.number] = event.payload
        self._dirty.set()

    def remove(self, number: int) -> None:
        """Note that an event has gone; never waits for the disk."""
        with self._guard:
            if self._added.pop(number, None) is None:
                self._removed.append(number)
        self._dirty.set()

    def flush(self) -> None:
        """Have all that was noted so far on the disk; called by the own thread of this file."""
        self._dirty.clear()
        with self._guard:
            added, self._added = self._added, {}
            removed, self._removed = self._removed, []
        self._written.update(added)
        for number in removed:
            self._written.pop(number, None)
        lines = [_added_line(*item) for item in added.items()] + [_line(f"- {number}".encode()) for number in removed]
        try:
            self._write(b"".join(lines))
        except OSError as error:
            self._rewrite = True  # the end of the file may be torn
            self._dirty.set()
            self._complain(error)
        else:
            self._complained = False

    def close(self) -> None:
        """Flush, and let another process have the file."""
        self._closing.set()
        self._dirty.set()
        self._thread.join()
        if self._dirty.is_set():  # more came while the thread was at the disk for the last time, or the disk failed it
            self.flush()
        os.close(self._handle)
        os.close(self._lock_handle)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._dirty.wait()
            self._closing.wait(RETRY_S if self._complained else self._flush_s)
            self.flush()

    def _write(self, lines: bytes) -> None:
        size = os.fstat(self._handle).st_size
        if not self._written and size and not self._rewrite:
            os.ftruncate(self._handle, 0)
        elif self._rewrite or size + len(lines) > MAX_FILE_BYTES:
            self._write_anew()
        elif lines:
            _write_all(self._handle, lines)
        os.fsync(self._handle)
        self._rewrite = False

    def _write_anew(self) -> None:
        whole = b"".join(_added_line(*item) for item in sorted(self._written.items()))
        write_file(self._path, whole, _OURS_ALONE)
        handle = _open(self._path)
        os.close(self._handle)
        self._handle = handle

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            _logger.error(
                "%s: events cannot be kept for the next start (%s); make room or let the service's user write there",
                self._path,
                error.strerror,
            )


def open_outbox_file(path: Path) -> OutboxFile | None:
    """The outbox file at ``path``; None, with a warning in the log, where events cannot be kept there."""
    try:
        return OutboxFile(path)
    except OSError as error:
        reason = "another process keeps its events there" if isinstance(error, BlockingIOError) else error.strerror
        _logger.warning("%s: events will not survive a restart (%s)", path, reason)
        return None


def _read(path: Path) -> tuple[dict[int, bytes], bool]:
    """The events of a file by number, and whether every line of it was whole."""
    try:
        with open_regular(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _READ_LIMIT_BYTES))
            content = file.read(_READ_LIMIT_BYTES)
    except FileNotFoundError:
        return {}, True
    events: dict[int, bytes] = {}
    *lines, tail = content.split(b"\n")
    bad = sum(not _apply(line, events) for line in [*lines, *filter(None, [tail])])
    if bad:
        _logger.warning("%s: %d damaged lines are left out; %d events are kept", path, bad, len(events))
    return events, not (bad or tail)


def _apply(line: bytes, events: dict[int, bytes]) -> bool:
    """Do to ``events`` what a line says; False for a damaged line."""
    crc, change = line[:_CRC_DIGITS], line[_CRC_DIGITS + 1 :]
    known = _CHANGE.fullmatch(change)
    if known is None or crc != _crc(change):
        return False
    if known["gone"]:
        events.pop(int(known["gone"]), None)
    else:
        events[int(known["number"])] = known["payload"]
    return True


def _added_line(number: int, payload: bytes) -> bytes:
    return _line(b"+ %d %b" % (number, payload))


def _line(change: bytes) -> bytes:
    return b"%b %b\n" % (_crc(change), change)


def _crc(change: bytes) -> bytes:
    return b"%08x" % zlib.crc32(change)


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _OURS_ALONE)


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OURS_ALONE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
