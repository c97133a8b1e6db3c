"""Files of which nobody knows what they are."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from edge.base.regular_file import open_no_link, open_regular, read_at_most

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_of_the_most_bytes_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    assert read_at_most(tmp_path / "a", 5) == b"12345"


def test_one_byte_more_is_too_much(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123456")

    with pytest.raises(OSError, match="more than 5 bytes"):
        read_at_most(tmp_path / "a", 5)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(OSError, match="not a file, but a pipe, socket or device"):
        open_regular(tmp_path / "pipe")


def test_a_socket_is_none(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))

    with pytest.raises(OSError, match="not a file, but a pipe, socket or device"):
        open_regular(tmp_path / "socket")


@pytest.mark.parametrize(("path", "what"), [("/dev/zero", "a pipe, socket or device"), ("/", "a folder")])
def test_what_has_no_end_or_no_bytes_is_none(tmp_path: Path, path: str, what: str) -> None:
    (tmp_path / "link").symlink_to(path)

    with pytest.raises(OSError, match=f"not a file, but {what}"):
        read_at_most(tmp_path / "link", 5)


def test_what_becomes_a_pipe_while_it_is_opened_is_none(tmp_path: Path) -> None:
    def opener(path: str, flags: int) -> int:
        os.mkfifo(path)
        return os.open(path, flags | os.O_NONBLOCK)

    with pytest.raises(OSError, match="not a file, but a pipe"):
        open_regular(tmp_path / "late", opener)


def test_a_link_is_none_where_somebody_else_may_have_laid_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("all is well")
    (tmp_path / "link").symlink_to("file")

    assert read_at_most(tmp_path / "file", 20, open_no_link) == b"all is well"
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        read_at_most(tmp_path / "link", 20, open_no_link)


def test_a_folder_is_none_by_whatever_way_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a file, but a folder"):
        open_regular(tmp_path, open_no_link)
