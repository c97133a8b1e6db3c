"""Passwords from files; root reads nothing that the service could not read itself."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.base import secret
from edge.base.secret import Secret
from edge.errors import ConfigError
from edge.mqtt.broker_address import stored_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A password that root alone may read, in a folder that all may look into; ``nobody`` stands for the service."""
    monkeypatch.setattr(secret, "SERVICE_USER", "nobody")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "password"
        path.write_text("open sesame\nand more\n")
        path.chmod(0o600)
        yield path


@as_root
def test_root_sends_nobody_what_only_root_may_read(file: Path) -> None:
    reason = (
        r"password_file: cannot read .*\(as the user nobody: Permission denied\); .* let the service's user read it"
    )
    with pytest.raises(ConfigError, match=reason):
        Secret("mqtt.password_file", file, is_setting=True).read()


@as_root
def test_a_folder_that_is_closed_to_the_service_counts_too(file: Path) -> None:
    file.chmod(0o644)
    file.parent.chmod(0o700)
    with pytest.raises(ConfigError, match="Permission denied"):
        Secret("mqtt.password_file", file, is_setting=True).read()


@as_root
@pytest.mark.parametrize("right", ["owner", "group", "all"])
def test_root_reads_what_the_service_may_read(file: Path, right: str) -> None:
    nobody = pwd.getpwnam("nobody")
    file.chmod({"owner": 0o400, "group": 0o440, "all": 0o444}[right])
    os.chown(file, nobody.pw_uid if right == "owner" else 0, nobody.pw_gid if right == "group" else 0)
    assert Secret("mqtt.password_file", file, is_setting=True).read() == "open sesame"


@as_root
def test_the_process_that_reads_for_the_service_has_nothing_of_roots(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file.parent / "head").write_text("#!/bin/sh\necho $(env) session $(cut -d' ' -f6 /proc/self/stat)\n")
    (file.parent / "head").chmod(0o755)
    monkeypatch.setenv("PATH", str(file.parent), prepend=os.pathsep)
    monkeypatch.setenv("TOKEN", "of-root")
    said = Secret("mqtt.password_file", file, is_setting=True).read()
    assert "LC_ALL=C" in said
    assert "of-root" not in said
    assert not said.endswith(f"session {os.getsid(0)}")


@as_root
def test_a_file_that_never_ends_is_given_up(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_LIMIT_S", 0.2)
    file.unlink()
    os.mkfifo(file, 0o644)
    file.chmod(0o644)
    with pytest.raises(ConfigError, match=r"it has no end within 0\.2 s"):
        Secret("mqtt.password_file", file, is_setting=True).read()


@as_root
def test_what_systemd_hands_to_the_service_is_for_root_to_read(file: Path) -> None:
    assert stored_secret(file).read() == "open sesame"


def test_where_no_service_is_installed_there_is_nobody_to_ask(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "SERVICE_USER", "nobody-at-all")
    assert Secret("mqtt.password_file", file, is_setting=True).read() == "open sesame"


@pytest.mark.parametrize("content", ["\ufeffopen sesame\n", "\ufeff open sesame \r\nmore", "open sesame"])
def test_the_mark_that_windows_editors_put_first_is_no_part_of_it(tmp_path: Path, content: str) -> None:
    file = tmp_path / "password"
    file.write_bytes(content.encode())
    assert Secret("mqtt.password_file", file).read() == "open sesame"


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_a_password_is_in_a_file(tmp_path: Path, kind: str) -> None:
    """A pipe would be waited for, for ever."""
    file = tmp_path / "password"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    else:
        file.mkdir()

    with pytest.raises(ConfigError, match=r"cannot read .*password \(not a file, but a "):
        Secret("mqtt.password_file", file).read()


def test_of_a_large_file_no_more_than_the_first_line_is_read(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with file.open("wb") as out:
        out.write(b"open sesame\n")
        out.truncate(1 << 40)

    assert Secret("mqtt.password_file", file).read() == "open sesame"
