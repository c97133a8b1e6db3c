from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.mqtt import outbox_file as module
from edge.mqtt.backlog import Backlog
from edge.mqtt.outbox import Outbox, OutboxEvent
from edge.mqtt.outbox_file import OutboxFile, open_outbox_file
from edge.mqtt.settings import MqttSettings
from tests.broker import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEVER_S = 3600.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox"


def kept(path: Path) -> list[bytes]:
    """What a new process would begin with."""
    outbox_file = OutboxFile(path, flush_s=0.01)
    events = outbox_file.kept()
    outbox_file.close()
    assert [event.number for event in events] == sorted(event.number for event in events)
    return [event.payload for event in events]


def write(path: Path, *payloads: bytes) -> None:
    outbox_file = OutboxFile(path, flush_s=0.01)
    outbox = Outbox(outbox_file)
    for payload in payloads:
        outbox.put(payload)
    outbox_file.close()


def test_what_waits_at_the_end_is_there_at_the_next_start(path: Path) -> None:
    outbox_file = OutboxFile(path, flush_s=0.01)
    outbox = Outbox(outbox_file)
    for payload in (b"a", b"b c", b"d"):
        outbox.put(payload)
    event = outbox.take()
    assert event
    outbox.settle(event, accepted=True)
    outbox_file.close()
    assert kept(path) == [b"b c", b"d"]
    write(path, b"e")
    assert kept(path) == [b"b c", b"d", b"e"]


def test_an_event_that_was_confirmed_in_time_is_never_written(path: Path) -> None:
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    outbox = Outbox(outbox_file)
    outbox.put(b"a")
    event = outbox.take()
    assert event
    outbox.settle(event, accepted=True)
    outbox_file.close()
    assert path.read_bytes() == b""


def test_changes_are_on_the_disk_soon_without_being_asked_for(path: Path) -> None:
    outbox_file = OutboxFile(path, flush_s=0.01)
    outbox_file.add(OutboxEvent(1, b"a"))
    wait_until(lambda: b" + 1 a\n" in path.read_bytes(), "written")
    outbox_file.add(OutboxEvent(2, b"b"))
    outbox_file.remove(1)
    wait_until(lambda: path.read_bytes().endswith(b" - 1\n"), "appended")
    outbox_file.remove(2)
    wait_until(lambda: path.read_bytes() == b"", "emptied when nothing waits")
    outbox_file.close()


def test_the_file_stays_small(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 1000)
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    outbox_file.add(OutboxEvent(1, b"stays"))
    for number in range(2, 200):
        outbox_file.add(OutboxEvent(number, b"goes"))
        outbox_file.flush()
        outbox_file.remove(number)
        outbox_file.flush()
        assert path.stat().st_size <= 1000
    outbox_file.close()
    assert kept(path) == [b"stays"]
    assert sorted(file.name for file in path.parent.iterdir()) == ["outbox", "outbox.lock"]


def test_more_than_fits_leaves_the_newest(path: Path) -> None:
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    outbox = Outbox(outbox_file, max_events=3)
    for number in range(10):
        outbox.put(b"%d" % number)
        outbox_file.flush()
    outbox_file.close()
    assert kept(path) == [b"7", b"8", b"9"]


def test_a_torn_end_is_left_out_and_the_file_goes_on(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(path, b"a", b"b")
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    assert kept(path) == [b"a"]
    assert "1 damaged lines are left out; 1 events are kept" in caplog.text
    path.write_bytes(whole[:-1])  # only the end of the line is missing
    write(path, b"c")
    assert kept(path) == [b"a", b"b", b"c"]


@pytest.mark.no_cover
@given(junk=st.binary(max_size=300), position=st.integers(0, 200), cut=st.integers(0, 200))
def test_whatever_the_file_holds_it_is_read(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, position: int, cut: int
) -> None:
    path = tmp_path_factory.mktemp("junk") / "outbox"
    write(path, b"first", b"second", b"third")
    content = path.read_bytes()
    path.write_bytes(content[:position] + junk + content[position + cut :])
    payloads = kept(path)
    assert set(payloads) <= {b"first", b"second", b"third"}
    write(path, b"fourth")
    assert kept(path) == [*payloads, b"fourth"]


@pytest.mark.parametrize(
    "change", [b"", b"+", b"-", b"+ 1", b"+ x y", b"- x", b"* 1 a", b"+ -1 a", b"- " + b"9" * 5000]
)
def test_a_line_that_is_whole_and_says_nothing_is_left_out(path: Path, change: bytes) -> None:
    write(path, b"a")
    with path.open("ab") as file:
        file.write(module._line(change))
    assert kept(path) == [b"a"]


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_holds_no_start_up(path: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    {"pipe": os.mkfifo, "folder": os.mkdir, "device": lambda place: place.symlink_to("/dev/zero")}[kind](path)
    assert open_outbox_file(path) is None
    assert "events will not survive a restart (not a file, but" in caplog.text


def test_of_a_file_that_is_far_too_large_the_end_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, *(b"%d" % number for number in range(100)))
    monkeypatch.setattr(module, "_READ_LIMIT_BYTES", 200)
    assert kept(path)[-1] == b"99"
    assert len(kept(path)) < 20


def test_a_file_that_another_process_uses_is_left_alone(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    outbox_file = OutboxFile(path)
    assert open_outbox_file(path) is None
    assert "another process keeps its events there" in caplog.text
    outbox_file.close()
    second = open_outbox_file(path)
    assert second
    second.close()


def test_where_nothing_can_be_written_events_wait_in_memory_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    assert open_outbox_file(tmp_path / "file" / "outbox") is None
    (tmp_path / "outbox").mkdir()
    assert open_outbox_file(tmp_path / "outbox") is None
    assert caplog.text.count("events will not survive a restart (") == 2


@pytest.fixture
def disk_full(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Writes that stop in the middle of a line, as on a disk without room."""
    write, fsync = os.write, os.fsync
    room = [30]

    def check_room() -> None:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")

    def stingy(handle: int, content: memoryview) -> int:
        check_room()
        written = write(handle, content[: room[0]])
        room[0] -= written
        return written

    def forced(handle: int) -> None:
        check_room()
        fsync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", stingy)
        patch.setattr(os, "fsync", forced)
        yield patch


def test_a_full_disk_is_said_once_and_made_good_when_there_is_room(
    path: Path, disk_full: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    for number in range(1, 5):
        outbox_file.add(OutboxEvent(number, b"a" * 20))
        outbox_file.flush()
    assert caplog.text.count("cannot be kept for the next start (No space left on device)") == 1
    assert sorted(file.name for file in path.parent.iterdir()) == ["outbox", "outbox.lock"]
    disk_full.undo()
    outbox_file.flush()
    outbox_file.close()
    assert kept(path) == [b"a" * 20] * 4


def test_a_file_that_could_not_be_opened_again_is_written_once_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    outbox_file.add(OutboxEvent(1, b"first"))
    outbox_file.flush()
    monkeypatch.setattr(module, "MAX_FILE_BYTES", 0)

    def too_many(_path: Path) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(module, "_open", too_many)
        outbox_file.add(OutboxEvent(2, b"second"))
        outbox_file.flush()
    for number in (1, 2):
        outbox_file.remove(number)
    outbox_file.flush()
    monkeypatch.undo()
    outbox_file.add(OutboxEvent(3, b"third"))
    outbox_file.close()
    assert kept(path) == [b"third"]


def test_events_are_kept_where_the_service_keeps_its_state_if_that_is_wanted(tmp_path: Path) -> None:
    environ = {"STATE_DIRECTORY": str(tmp_path)}
    Backlog.of(MqttSettings(), environ).close()
    assert not list(tmp_path.iterdir())
    for waiting in (0, 1):
        backlog = Backlog.of(MqttSettings(persist_events=True), environ)
        assert backlog.outbox.waiting == waiting
        backlog.outbox.put(b"a")
        backlog.close()
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o600


class SlowDisk:
    """The first fsync after :meth:`block` takes until :meth:`release`; the real one is done, too."""

    def __init__(self) -> None:
        self._fsync = os.fsync
        self._is_slow = False
        self.busy, self._may_go_on = threading.Event(), threading.Event()

    def __call__(self, handle: int) -> None:
        if self._is_slow:
            self._is_slow = False
            self.busy.set()
            assert self._may_go_on.wait(20)
        self._fsync(handle)

    def block(self) -> None:
        self._is_slow = True

    def release(self) -> None:
        self._may_go_on.set()


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    disk = SlowDisk()
    monkeypatch.setattr(os, "fsync", disk)
    return disk


def close_while_busy(outbox_file: OutboxFile, disk: SlowDisk) -> None:
    closing = threading.Thread(target=outbox_file.close)
    closing.start()
    disk.release()
    closing.join(20)
    assert not closing.is_alive()


def test_an_event_that_comes_while_the_file_is_forced_to_the_disk_outlives_the_stop(
    path: Path, slow_disk: SlowDisk
) -> None:
    outbox_file = OutboxFile(path, flush_s=0.01)
    slow_disk.block()
    outbox_file.add(OutboxEvent(1, b"before"))
    assert slow_disk.busy.wait(20)
    outbox_file.add(OutboxEvent(2, b"meanwhile"))
    close_while_busy(outbox_file, slow_disk)
    assert kept(path) == [b"before", b"meanwhile"]


def test_so_does_one_that_comes_while_the_last_flush_goes_on(path: Path, slow_disk: SlowDisk) -> None:
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    slow_disk.block()
    outbox_file.add(OutboxEvent(1, b"before"))
    closing = threading.Thread(target=outbox_file.close)
    closing.start()
    assert slow_disk.busy.wait(20)
    for number in range(2, 50):
        outbox_file.add(OutboxEvent(number, b"meanwhile"))
    slow_disk.release()
    closing.join(20)
    assert len(kept(path)) == 49


def test_an_event_that_is_confirmed_meanwhile_is_not_kept(path: Path, slow_disk: SlowDisk) -> None:
    outbox_file = OutboxFile(path, flush_s=0.01)
    slow_disk.block()
    outbox_file.add(OutboxEvent(1, b"delivered"))
    outbox_file.add(OutboxEvent(2, b"waiting"))
    assert slow_disk.busy.wait(20)
    outbox_file.remove(1)
    close_while_busy(outbox_file, slow_disk)
    assert kept(path) == [b"waiting"]


def test_a_disk_that_fails_the_last_flush_is_tried_once_more(path: Path, disk_full: pytest.MonkeyPatch) -> None:
    outbox_file = OutboxFile(path, flush_s=NEVER_S)
    outbox_file.add(OutboxEvent(1, b"a" * 40))
    outbox_file.flush()
    disk_full.undo()
    outbox_file.close()
    assert kept(path) == [b"a" * 40]
