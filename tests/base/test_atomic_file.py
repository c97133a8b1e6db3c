"""Readers meet the old file or the new one, never half of one, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from edge.base.atomic_file import new_file, put_in_place, replacing, sync_folder, write_file
from edge.base.safe_file import in_folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_file_is_written_with_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "open", b"new")
        write_file(tmp_path / "private", b"new", 0o600)
    finally:
        os.umask(before)
    assert (tmp_path / "open").read_bytes() == b"new"
    assert (mode(tmp_path / "open"), mode(tmp_path / "private")) == (0o640, 0o600)
    assert names(tmp_path) == ["open", "private"]


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with in_folder(path) as place, replacing(place) as file:
        file.write(b"ne")
        file.flush()
        assert path.read_text() == "old"
        file.write(b"w")
    assert path.read_text() == "new"


def fail_to_replace(path: Path, error: BaseException) -> None:
    with in_folder(path) as place, replacing(place) as file:
        file.write(b"new")
        raise error


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError()])
def test_after_an_error_all_is_as_it_was(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(type(error)):
        fail_to_replace(path, error)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_links_are_replaced_and_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    for name in ("file", ".file.new"):
        (tmp_path / name).symlink_to(precious)
    write_file(tmp_path / "file", b"new")
    assert precious.read_text() == "precious"
    assert not (tmp_path / "file").is_symlink()
    assert names(tmp_path) == ["file", "precious"]


@pytest.mark.parametrize("plant", [os.mkfifo, Path.touch, lambda path: path.symlink_to("/dev/full")])
def test_whatever_has_the_name_of_the_unfinished_one_gives_way(tmp_path: Path, plant: object) -> None:
    assert callable(plant)
    plant(tmp_path / ".file.new")
    write_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert names(tmp_path) == ["file"]


def test_a_folder_that_is_exchanged_meanwhile_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other").mkdir()
    with in_folder(tmp_path / "folder" / "file") as place, replacing(place) as file:
        file.write(b"new")
        (tmp_path / "folder").rename(tmp_path / "moved")
        (tmp_path / "folder").symlink_to("other")
    assert (tmp_path / "moved" / "file").read_bytes() == b"new"
    assert names(tmp_path / "other") == []


def test_several_writers_of_one_file_each_have_an_unfinished_one(tmp_path: Path) -> None:
    with in_folder(tmp_path / "file") as place:
        with replacing(place, unfinished=place.beside("a")) as first:
            first.write(b"first")
            with replacing(place, unfinished=place.beside("b")) as second:
                second.write(b"second")
            assert (tmp_path / "file").read_bytes() == b"second"
        assert (tmp_path / "file").read_bytes() == b"first"
    assert names(tmp_path) == ["file"]


def test_a_killed_writer_leaves_the_old_file_and_the_next_one_clears_up(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    code = (
        "import os, signal, sys; from pathlib import Path; from edge.base.atomic_file import replacing;"
        "from edge.base.safe_file import in_folder\n"
        "with in_folder(Path(sys.argv[1])) as place, replacing(place) as file:\n"
        "    file.write(b'new'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert names(tmp_path) == [".file.new", "file"]
    write_file(path, b"newer")
    assert names(tmp_path) == ["file"]


def test_file_and_folder_are_on_the_disk_and_in_that_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[tuple[bool, bool]] = []
    really = os.fsync

    def fsync(handle: int) -> None:
        forced.append((stat.S_ISDIR(os.fstat(handle).st_mode), (tmp_path / "file").exists()))
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_file(tmp_path / "file", b"new")
    assert forced == [(False, False), (True, True)]


def test_what_cannot_be_written_raises_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path / "folder", b"new")
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "gone" / "file", b"new")
    with pytest.raises(NotADirectoryError):
        write_file(Path("/dev/null/file"), b"new")
    assert names(tmp_path) == ["folder"]


def test_a_finished_file_of_another_folder_is_put_in_place(tmp_path: Path) -> None:
    (tmp_path / "workshop").mkdir()
    made = tmp_path / "workshop" / "made"
    made.write_bytes(b"new")
    with in_folder(made) as unfinished, in_folder(tmp_path / "file") as place, made.open("rb") as content:
        put_in_place(unfinished, content, place)
    assert (tmp_path / "file").read_bytes() == b"new"
    assert names(tmp_path / "workshop") == []


def test_a_file_system_that_knows_no_sync_of_folders_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync_folder(Path("/proc"))  # one of those
    really = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read a folder of root's")
def test_a_folder_that_may_be_written_and_not_read_will_do() -> None:
    box = Path(tempfile.mkdtemp())  # pytest's own folders are closed to others
    try:
        box.chmod(0o333)
        code = (
            "import os, sys; from pathlib import Path; from edge.base.atomic_file import write_file\n"
            "os.setresuid(65534, 65534, 65534); write_file(Path(sys.argv[1]) / 'file', b'new')"
        )
        subprocess.run([sys.executable, "-c", code, str(box)], check=True)
        assert (box / "file").read_bytes() == b"new"
    finally:
        shutil.rmtree(box)


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output error"):
        write_file(tmp_path / "file", b"new")
    with pytest.raises(OSError, match="Input/output error"):
        sync_folder(tmp_path)
    assert names(tmp_path) == []


def test_a_new_file_takes_the_place_of_none(tmp_path: Path) -> None:
    new_file(tmp_path / "r.txt", b"all of it", 0o600)
    with pytest.raises(FileExistsError):
        new_file(tmp_path / "r.txt", b"another")
    assert (tmp_path / "r.txt").read_bytes() == b"all of it"
    assert (tmp_path / "r.txt").stat().st_mode & 0o777 == 0o600


def test_where_there_are_no_second_names_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_words: object, **_options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    new_file(tmp_path / "r.txt", b"all of it", 0o600)
    with pytest.raises(FileExistsError):
        new_file(tmp_path / "r.txt", b"another", 0o600)
    assert (tmp_path / "r.txt").read_bytes() == b"all of it"
    assert [path.name for path in tmp_path.iterdir()] == ["r.txt"]
