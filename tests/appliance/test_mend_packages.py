"""What is done at boot where a power cut has interrupted dpkg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge_appliance.limited_commands import Output
from edge_appliance.mend_packages import INTERRUPTED, mend_packages
from tests.appliance.update import NEW, OLD, STATE, update
from tests.appliance.updated_machine import SETTINGS, stopped

if TYPE_CHECKING:
    from tests.appliance.updated_machine import UpdatedMachine

JOURNAL = "var/lib/dpkg/updates/0001"
OTHERS_ARE_COMPLETED = "systemctl start --no-block edge-package-repair-others.service"
FAILED = Output(1, "package is in a very bad inconsistent state")


@pytest.fixture
def machine(machine: UpdatedMachine) -> UpdatedMachine:
    """One whose update was interrupted; the good version is kept."""
    update(machine, NEW, stopped())
    machine.status = "half-installed"
    machine.commands.clear()
    return machine


def changing(machine: UpdatedMachine) -> list[str]:
    """The commands that have changed something."""
    return [line for line in machine.commands if line.split()[0] not in {"dpkg-query", "dpkg-deb"}]


def has_run(machine: UpdatedMachine, word: str) -> bool:
    return any(word in line for line in machine.commands)


def test_a_machine_on_which_nothing_was_interrupted_is_left_alone(machine: UpdatedMachine) -> None:
    machine.status = "installed"
    assert mend_packages(machine.system)
    assert changing(machine) == []


def test_dpkg_completes_what_it_can(machine: UpdatedMachine) -> None:
    machine.status = "unpacked"
    assert mend_packages(machine.system)
    assert machine.version == NEW
    assert "systemctl start --no-block edge.service" in machine.commands


def test_other_packages_are_completed_beside_the_service(machine: UpdatedMachine) -> None:
    """A kernel takes minutes, and must not be ended in the middle."""
    machine.status, machine.others = "installed", ["unpacked linux-image-rpi-v8"]
    machine.write(JOURNAL, "")
    assert mend_packages(machine.system)
    assert changing(machine) == [OTHERS_ARE_COMPLETED]


def test_they_are_not_looked_after_where_all_is_done(machine: UpdatedMachine) -> None:
    machine.write(JOURNAL, "")

    def install(_version: str) -> Output:
        (machine.root / JOURNAL).unlink()
        machine.others = ["installed mosquitto"]
        return Output(0)

    machine.installs = install
    assert mend_packages(machine.system)
    assert OTHERS_ARE_COMPLETED not in machine.commands


def test_a_second_power_cut_before_they_are_completed_does_not_make_them_forgotten(machine: UpdatedMachine) -> None:
    """A dpkg that has written something, be it for Edge alone, has no journal any more."""

    def configure() -> Output:
        (machine.root / JOURNAL).unlink()
        return Output(0)

    machine.status, machine.others, machine.configures = "unpacked", ["unpacked linux-image-rpi-v8"], configure
    machine.write(JOURNAL, "")
    for _boot in ("after the first", "after the second"):
        machine.commands.clear()
        assert mend_packages(machine.system)
        assert changing(machine)[-1] == OTHERS_ARE_COMPLETED
    machine.others = ["installed linux-image-rpi-v8"]
    machine.commands.clear()
    assert mend_packages(machine.system)
    assert changing(machine) == []
    assert not (machine.system.state / INTERRUPTED).exists()


def test_a_package_that_has_failed_before_is_not_tried_at_each_boot(machine: UpdatedMachine) -> None:
    machine.status, machine.others = "installed", ["half-configured gasket-dkms"]
    assert mend_packages(machine.system)
    assert changing(machine) == []


def test_edge_is_completed_alone_where_it_needs_no_other(machine: UpdatedMachine) -> None:
    machine.status = "unpacked"
    assert mend_packages(machine.system)
    assert changing(machine)[0].endswith("--configure edge-vision")
    assert not has_run(machine, "--pending")


def test_where_it_may_need_others_they_are_completed_before_another_version_is_put_in_its_place(
    machine: UpdatedMachine,
) -> None:
    def configure() -> Output:
        if "--pending" in machine.commands[-1]:
            return Output(0)
        return Output(1, complaint="dependency problems prevent configuration of edge-vision")

    machine.status, machine.configures = "unpacked", configure
    machine.write(JOURNAL, "")
    assert mend_packages(machine.system)
    assert machine.version == NEW


def test_what_has_failed_and_was_not_interrupted_makes_edge_wait_only_as_a_last_resort(machine: UpdatedMachine) -> None:
    machine.status, machine.others = "half-configured", ["half-configured gasket-dkms"]
    machine.configures = lambda: FAILED
    assert mend_packages(machine.system)
    assert machine.version == OLD
    assert not has_run(machine, "--pending")


def test_where_dpkg_does_not_say_what_is_installed_that_is_no_success(
    machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.is_telling = False
    assert not mend_packages(machine.system)
    assert "dpkg does not say what is installed" in capsys.readouterr().err


def test_nor_are_other_packages_forgotten_then(machine: UpdatedMachine) -> None:
    machine.status, machine.others, machine.is_telling = "installed", ["unpacked linux-image-rpi-v8"], False
    machine.write(f"{STATE}/{INTERRUPTED}", "")
    assert not mend_packages(machine.system)
    machine.is_telling = True  # at the next boot
    assert mend_packages(machine.system)
    assert changing(machine) == [OTHERS_ARE_COMPLETED]


def test_half_unpacked_the_version_that_works_comes_back(machine: UpdatedMachine) -> None:
    machine.configures = lambda: FAILED
    assert mend_packages(machine.system)
    assert (machine.version, machine.status) == (OLD, "installed")


def test_it_has_its_own_last_good_configuration_again(machine: UpdatedMachine) -> None:
    machine.write(f"{STATE}/settings/last-good.toml", "of the old one\n")
    machine.write(SETTINGS, "of the new one, which was on probation when a third came\n")
    assert mend_packages(machine.system)
    assert machine.version == OLD
    assert machine.read(SETTINGS) == "of the old one\n"


def test_where_that_one_fails_the_newest_is_tried(machine: UpdatedMachine) -> None:
    machine.installs = lambda version: FAILED if version == OLD else Output(0)
    assert mend_packages(machine.system)
    assert (machine.version, machine.status) == (NEW, "installed")


def test_no_script_waits_for_systemd_which_waits_for_us(machine: UpdatedMachine) -> None:
    mend_packages(machine.system)
    for line in machine.commands:
        if "--install" in line or "--configure" in line:
            assert "SYSTEMD_OFFLINE=1" in line
            assert "DEBIAN_FRONTEND=noninteractive" in line
        assert not line.startswith("systemctl start") or "--no-block" in line


def test_a_service_that_is_switched_off_stays_so(machine: UpdatedMachine) -> None:
    machine.is_enabled = False
    mend_packages(machine.system)
    assert not has_run(machine, "systemctl start")


def test_what_a_person_was_removing_is_not_brought_back(machine: UpdatedMachine) -> None:
    machine.want = "deinstall"
    assert mend_packages(machine.system)
    assert not has_run(machine, "--install")


def test_what_cannot_be_mended_is_said(machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.installs = lambda _version: FAILED
    assert not mend_packages(machine.system)
    assert "could not be completed" in capsys.readouterr().err
