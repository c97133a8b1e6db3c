"""What is kept of the packages that apt installs, and when apt is kept from installing one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from edge_appliance import keep_package
from edge_appliance.keep_package import keep_packages
from edge_appliance.update_record import UpdateRecord
from tests.appliance.updated_machine import UpdatedMachine

if TYPE_CHECKING:
    from pathlib import Path

KEPT = "var/lib/edge-appliance/packages"
CACHE = "var/cache/apt/archives"
OLD, NEW = "1.0+deb12", "1.1+deb12"


@pytest.fixture
def machine(tmp_path: Path) -> UpdatedMachine:
    """One with nothing but room."""
    made = UpdatedMachine(tmp_path / "root")
    (made.root / "usr").mkdir(parents=True)
    return made


def kept(machine: UpdatedMachine) -> set[str]:
    return {path.name for path in (machine.root / KEPT).glob("*")}


def test_it_keeps_edge_vision_and_nothing_else(machine: UpdatedMachine) -> None:
    files = [machine.package("2.0", name="mosquitto"), machine.package(NEW), machine.package("3", name="edge-vision-x")]
    assert keep_packages(machine.system, [f"{file}\n" for file in files])
    assert kept(machine) == {f"edge-vision_{NEW}_all.deb"}
    assert (machine.root / KEPT / f"edge-vision_{NEW}_all.deb").read_bytes() == files[1].read_bytes()


def test_by_whatever_name_a_person_has_given_the_file(machine: UpdatedMachine) -> None:
    renamed = machine.package(NEW).rename(machine.root / "root/edge.deb")
    assert keep_packages(machine.system, [str(renamed)])
    assert kept(machine) == {f"edge-vision_{NEW}_all.deb"}


def test_the_good_one_the_installed_and_the_newest_stay(machine: UpdatedMachine) -> None:
    keep_packages(machine.system, [str(machine.package(OLD))])
    UpdateRecord(machine.system.state).set_good(OLD)
    machine.version = OLD
    for version in (NEW, "1.2+deb12", "1.3+deb12"):
        keep_packages(machine.system, [str(machine.package(version))])
        machine.version = version
    assert kept(machine) == {f"edge-vision_{version}_all.deb" for version in (OLD, "1.2+deb12", "1.3+deb12")}


def test_where_dpkg_does_not_say_what_is_installed_nothing_is_dropped(machine: UpdatedMachine) -> None:
    keep_packages(machine.system, [str(machine.package(OLD))])
    machine.is_telling = False
    keep_packages(machine.system, [str(machine.package(NEW))])
    assert kept(machine) == {f"edge-vision_{version}_all.deb" for version in (OLD, NEW)}


def test_what_apt_still_has_of_the_installed_version_is_kept_too(machine: UpdatedMachine) -> None:
    machine.package(OLD, folder=CACHE)
    machine.version = OLD
    keep_packages(machine.system, [str(machine.package(NEW))])
    assert kept(machine) == {f"edge-vision_{version}_all.deb" for version in (OLD, NEW)}


def test_without_room_apt_is_kept_from_beginning(machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]) -> None:
    a_terabyte_kib = 1 << 40
    assert not keep_packages(machine.system, [str(machine.package(NEW, size_kib=a_terabyte_kib))])
    said = capsys.readouterr().err
    assert "MB more than are free; nothing has been changed" in said
    assert kept(machine) == set()


def test_what_it_cannot_do_costs_the_way_back_and_not_the_update(
    machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.write("var/lib/edge-appliance", "no folder")
    assert keep_packages(machine.system, [str(machine.package(NEW)), "/no/such.deb\n", "\n"])
    assert "could not be kept" in capsys.readouterr().err


def test_packages_that_are_in_pieces_are_named(machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.version, machine.others = OLD, ["half-configured gasket-dkms"]
    keep_packages(machine.system, [str(machine.package(NEW))])
    assert "not completely installed: gasket-dkms" in capsys.readouterr().err


def test_only_the_lack_of_room_is_told_to_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("/no/such.deb\n"))
    monkeypatch.setattr(keep_package, "keep_packages", lambda _system, files: bool(list(files)))
    assert keep_package.run(None) == 0  # type: ignore[arg-type]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert keep_package.run(None) == keep_package.REFUSED  # type: ignore[arg-type]
