"""The broker's login at the first boot, as it lies in a file."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import pytest

from edge.daemon.first_boot_login import FirstBootLogin
from edge.monitor.status import Login

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "correct-horse-7"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "broker-login"


def test_the_login_is_there_as_long_as_its_file(path: Path) -> None:
    login = FirstBootLogin(path)
    assert login.read() is None
    path.write_text(f"edge\n{PASSWORD}\n")
    assert login.read() == Login("edge", PASSWORD)
    path.unlink()
    assert login.read() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"edge\n",
        f"edge\n{PASSWORD}\nmore\n".encode(),
        b"edge\n\n",
        b"edge\n\xff\n",
        b"edge\nx\x1b[2J\n",
        b"x" * 600,
    ],
)
def test_a_file_that_is_something_else_is_told_once_and_without_a_word_of_it(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(content)
    login = FirstBootLogin(path)
    with caplog.at_level(logging.DEBUG):
        assert [login.read() for _ in range(3)] == [None] * 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert f"{path} cannot be shown on the monitor: " in caplog.text
    assert PASSWORD not in caplog.text


def test_neither_a_link_nor_a_pipe_is_read(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "secret"
    other.write_text("root\ntoor\n")
    path.symlink_to(other)
    assert FirstBootLogin(path).read() is None
    path.unlink()
    os.mkfifo(path)
    assert FirstBootLogin(path).read() is None


def test_a_password_is_not_told_by_accident() -> None:
    assert PASSWORD not in repr(Login("edge", PASSWORD))
