"""Which of the kept packages go, and which never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_appliance.debian import read_archive
from edge_appliance.kept_packages import KeptPackages
from tests.appliance.update import NEW, OLD, STATE, kept
from tests.appliance.updated_machine import UpdatedMachine

if TYPE_CHECKING:
    from pathlib import Path


def having(root: Path, *versions: str) -> UpdatedMachine:
    machine = UpdatedMachine(root)
    for version in versions:
        machine.package(version, folder=f"{STATE}/packages")
    return machine


def test_what_is_not_named_goes(tmp_path: Path) -> None:
    machine = having(tmp_path, OLD, NEW)
    KeptPackages(machine.system).drop_all_but(NEW)
    assert kept(machine) == {NEW}


def test_a_version_is_known_by_what_its_package_says_and_not_by_its_name(tmp_path: Path) -> None:
    machine = having(tmp_path, OLD, NEW)
    folder = tmp_path / STATE / "packages"
    (folder / f"edge-vision_{NEW}_all.deb").rename(folder / "edge-vision_renamed_all.deb")
    KeptPackages(machine.system).drop_all_but(NEW)
    assert kept(machine) == {"renamed"}


def test_one_that_cannot_be_read_stays(tmp_path: Path) -> None:
    machine = having(tmp_path, OLD, NEW)
    machine.write(f"{STATE}/packages/edge-vision_0.9_all.deb", "")
    KeptPackages(machine.system).drop_all_but(NEW)
    assert kept(machine) == {NEW, "0.9"}


def test_the_last_way_back_stays_where_there_is_none_to_what_is_named(tmp_path: Path) -> None:
    machine = having(tmp_path, OLD)
    KeptPackages(machine.system).drop_all_but(NEW)
    assert kept(machine) == {OLD}


def test_what_a_full_disk_has_no_room_for_takes_none(tmp_path: Path) -> None:
    machine = having(tmp_path, OLD)
    archive = read_archive(machine.system, machine.package(NEW))
    assert archive is not None
    unfinished = tmp_path / STATE / "packages/unfinished"
    unfinished.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        KeptPackages(machine.system).keep(archive)
    assert not unfinished.is_symlink()
