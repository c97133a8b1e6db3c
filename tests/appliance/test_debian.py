"""What is asked of dpkg."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge_appliance import debian
from edge_appliance.debian import Archive, Installed
from edge_appliance.system import System
from tests.appliance.updated_machine import UpdatedMachine

if TYPE_CHECKING:
    from pathlib import Path

STATUS = """\
Package: sloppy
Status: install ok installed
Architecture: all
Version: 1

Package: half
Status: install ok half-configured
Maintainer: nobody <nobody@localhost>
Architecture: all
Version: 1

Package: edge-vision
Status: install ok installed
Maintainer: nobody <nobody@localhost>
Architecture: all
Version: 1.0+deb12
"""
LOCKS = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def real_dpkg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    """The real dpkg-query, with a database of its own."""
    if shutil.which("dpkg-query") is None:
        pytest.skip("dpkg-query is not installed")
    for folder in ("updates", "info"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("DPKG_ADMINDIR", str(tmp_path))
    return System(tmp_path)


@pytest.mark.parametrize("name", ["lock", "lock-frontend"])
def test_whether_another_apt_is_at_work(tmp_path: Path, name: str) -> None:
    system = UpdatedMachine(tmp_path).system
    file = tmp_path / "var/lib/dpkg" / name
    file.parent.mkdir(parents=True)
    assert not debian.is_at_work(system), "there is no such file"
    command = [sys.executable, "-c", LOCKS, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "locked\n"
        assert debian.is_at_work(system)
        other.stdin.close()
        other.wait()
    assert not debian.is_at_work(system)


def test_what_is_installed(tmp_path: Path) -> None:
    machine = UpdatedMachine(tmp_path)
    assert debian.installed(machine.system) == Installed()
    machine.version, machine.status = "1.0+deb12", "half-configured"
    found = debian.installed(machine.system)
    assert found is not None
    assert (found.version, found.is_whole, found.is_wanted) == ("1.0+deb12", False, True)


def test_what_dpkg_warns_of_is_no_part_of_its_answer(tmp_path: Path, real_dpkg: System) -> None:
    """Of any package that somebody has made sloppily."""
    (tmp_path / "status").write_text(STATUS)
    assert debian.installed(real_dpkg) == Installed("1.0+deb12", "installed", "install")
    assert debian.unfinished(real_dpkg) == ["half"]


def test_what_is_not_known_is_not_taken_for_not_installed(tmp_path: Path, real_dpkg: System) -> None:
    (tmp_path / "status").write_text("")
    assert debian.installed(real_dpkg) == Installed()
    (tmp_path / "status").write_text("in pieces")
    assert debian.installed(real_dpkg) is None
    assert not debian.is_complete(real_dpkg)


def test_room_is_asked_for_with_a_margin_that_does_not_hold_up_other_updates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(System, "free_bytes", lambda _system, _name: 100_000_000)
    deb = tmp_path / "some.deb"
    deb.write_bytes(bytes(1_000_000))

    def lacking(installed_bytes: int) -> int:
        return debian.lacking_bytes(System(tmp_path), Archive(deb, "edge-vision", "1", "all", installed_bytes))

    assert lacking(80_000_000) == 0
    assert lacking(99_000_000) == 16 << 20


def test_a_version_with_an_epoch_has_a_name_that_apt_would_give_it() -> None:
    assert debian.file_name("1:2.0+deb13", "arm64") == "edge-vision_1%3a2.0+deb13_arm64.deb"
