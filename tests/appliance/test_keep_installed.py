"""The package of the first version is kept without anybody's doing, so that the first update has a way back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge_appliance.keep_installed import keep_installed
from tests.appliance.update import NEW, OLD, STATE, kept
from tests.appliance.updated_machine import UpdatedMachine

SOURCE = Path(__file__).parents[2] / "deploy/appliance"
TELL = "from edge_appliance.keep_installed import files_of_callers; print(*files_of_callers(), sep='\\n')"


@pytest.fixture
def machine(tmp_path: Path) -> UpdatedMachine:
    return UpdatedMachine(tmp_path, OLD)


def test_from_the_file_that_apt_was_given(machine: UpdatedMachine) -> None:
    others = [machine.package(NEW), machine.package(OLD, name="edge-appliance"), machine.root / "none.deb"]
    keep_installed(machine.system, [*others, machine.package(OLD)])
    assert kept(machine) == {OLD}


def test_from_what_apt_has_fetched(machine: UpdatedMachine) -> None:
    machine.package(OLD, folder="var/cache/apt/archives")
    keep_installed(machine.system, [])
    assert kept(machine) == {OLD}


def test_while_dpkg_has_something_left_to_do_for_it(machine: UpdatedMachine) -> None:
    machine.status = "triggers-awaited"
    keep_installed(machine.system, [machine.package(OLD)])
    assert kept(machine) == {OLD}


def test_nothing_where_it_is_not_installed(machine: UpdatedMachine) -> None:
    machine.version = ""
    keep_installed(machine.system, [machine.package(OLD)])
    assert not (machine.root / STATE).exists()


def test_what_apt_was_given_is_seen_from_below(tmp_path: Path) -> None:
    dpkg = f'"{sys.executable}" -c "$TELL"; true'
    apt = ["sh", "-c", 'sh -c "$DPKG" dpkg --configure edge-vision; true', "apt", "install", "./a.deb", "/srv/b.deb"]
    environ = {**os.environ, "PYTHONPATH": str(SOURCE), "TELL": TELL, "DPKG": dpkg}
    done = subprocess.run(apt, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[:2] == [str(tmp_path / "a.deb"), "/srv/b.deb"]
