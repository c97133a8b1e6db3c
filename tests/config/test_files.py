import fcntl
import os
import stat
from pathlib import Path

import pytest

from edge.base.safe_file import opened
from edge.config import files
from edge.config.files import only_writer
from edge.config.files import replace_file as replace_in_place
from edge.errors import EdgeError


def replace_file(path: Path, content: bytes) -> None:
    with opened(path) as place:
        replace_in_place(place, content)


def test_a_file_is_replaced_with_its_mode_and_owner(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text("old")
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 12, 34)
    before = path.stat()
    replace_file(path, b"new")
    after = path.stat()
    assert path.read_text() == "new"
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert [left.name for left in tmp_path.iterdir()] == ["edge.toml"]


def test_a_new_file_may_be_read_by_all(tmp_path: Path) -> None:
    replace_file(tmp_path / "edge.toml", b"new")
    assert stat.S_IMODE((tmp_path / "edge.toml").stat().st_mode) & 0o600 == 0o600


def test_what_a_killed_writer_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".edge.toml.new").write_text("half")
    replace_file(tmp_path / "edge.toml", b"new")
    assert [left.name for left in tmp_path.iterdir()] == ["edge.toml"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "edge.toml").mkdir()
    (tmp_path / "edge.toml" / "inside").touch()
    with pytest.raises(EdgeError, match=r"edge\.toml: cannot be written .*; the file is as it was"):
        replace_file(tmp_path / "edge.toml", b"new")
    assert [left.name for left in tmp_path.iterdir()] == ["edge.toml"]


def test_a_folder_without_permission_says_sudo() -> None:
    with pytest.raises(EdgeError, match=r"/proc/edge\.toml: cannot be written"):
        replace_file(Path("/proc/edge.toml"), b"")
    assert files._remedy(PermissionError(13, "Permission denied")) == "run the command with sudo"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    sentence = r"nowhere: cannot be used .No such file or directory.; create the folder"
    with pytest.raises(EdgeError, match=sentence), only_writer(tmp_path / "nowhere" / "edge.toml"):
        pass


def test_a_lock_held_for_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_PATIENCE_S", 0.0)
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with (
        pytest.raises(EdgeError, match="another process is changing the configuration"),
        only_writer(tmp_path / "edge.toml"),
    ):
        pass
    os.close(other)
    with only_writer(tmp_path / "edge.toml"):
        pass
