"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from edge_appliance.durable_file import remove_durably, write_durably

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_comes_in_the_place_of_another_with_the_rights_it_is_to_have(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("old")
    write_durably(path, b"new", mode=0o640, owner=(os.geteuid(), os.getegid()))
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_what_an_interruption_has_left_and_a_link_that_waits_are_in_nobodys_way(tmp_path: Path) -> None:
    path, other = tmp_path / "state.json", tmp_path / "other"
    (tmp_path / ".state.json.new").symlink_to(other)
    write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert not other.exists()


def test_where_it_cannot_be_written_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    (path / "kept").touch()
    with pytest.raises(OSError, match="irectory"):
        write_durably(path, b"new")
    assert [found.name for found in tmp_path.rglob("*")] == ["folder", "kept"]


def test_what_is_gone_already_is_removed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "state.json").touch()
    for _ in range(2):
        remove_durably(tmp_path / "state.json")
    assert list(tmp_path.iterdir()) == []
