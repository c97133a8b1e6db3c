"""What is asked of dpkg."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge_appliance import debian
from edge_appliance.debian import Installed
from tests.appliance.updated_machine import UpdatedMachine

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = """
import fcntl, sys
file = open(sys.argv[1], "w")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


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
    assert (found.version, found.is_whole, found.is_wanted) == ("1.0+deb12", False, True)


def test_a_version_with_an_epoch_has_a_name_that_apt_would_give_it() -> None:
    assert debian.file_name("1:2.0+deb13", "arm64") == "edge-vision_1%3a2.0+deb13_arm64.deb"
