"""From an update to a version that works: confirmed, or the one before again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from edge_appliance.keep_package import keep_packages
from edge_appliance.limited_commands import Output
from edge_appliance.probation import Times
from edge_appliance.watch_update import UpdateWatcher, watch
from tests.appliance.updated_machine import SETTINGS, UpdatedMachine, starting, stopped, well

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW, NEWER = "1.0+deb12", "1.1+deb12", "1.2+deb12"
PIN = "etc/apt/preferences.d/edge-appliance"
STATE = "var/lib/edge-appliance"
TIMES = Times(well_s=150, limit_s=300, look_s=3, most_restarts=5)


class Clock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        assert self.now_s < 3600, "it never ends"


@pytest.fixture
def machine(tmp_path: Path) -> UpdatedMachine:
    """One on which the old version works and is kept, as an image is."""
    made = UpdatedMachine(tmp_path / "root", OLD)
    (made.root / "usr").mkdir(parents=True)
    made.write(SETTINGS, "of the old one\n")
    keep_packages(made.system, [f"{made.package(OLD)}\n"])
    watch_to_the_end(made)
    return made


def watch_to_the_end(machine: UpdatedMachine) -> float:
    clock = Clock()
    watch(machine.system, TIMES, clock, clock.sleep)
    return clock.now_s


def update(machine: UpdatedMachine, version: str, service: dict[str, str]) -> None:
    """As apt does it."""
    assert keep_packages(machine.system, [f"{machine.package(version)}\n"])
    machine.version, machine.service = version, service


def rolled_back(machine: UpdatedMachine) -> dict[str, object]:
    found: dict[str, object] = json.loads(machine.read(f"{STATE}/rolled-back.json"))
    return found


def kept(machine: UpdatedMachine) -> set[str]:
    return {path.name.split("_")[1] for path in (machine.root / STATE / "packages").iterdir()}


def test_the_first_version_is_confirmed_once_it_has_worked_for_a_while(machine: UpdatedMachine) -> None:
    assert json.loads(machine.read(f"{STATE}/update.json")) == {"good": OLD}
    assert kept(machine) == {OLD}
    assert watch_to_the_end(machine) == 0, "nothing is pending any more"


def test_an_update_that_works_is_confirmed_and_the_old_package_goes(machine: UpdatedMachine) -> None:
    update(machine, NEW, well())
    assert kept(machine) == {OLD, NEW}
    assert watch_to_the_end(machine) == 150
    assert kept(machine) == {NEW}
    assert not (machine.root / STATE / "rolled-back.json").exists()


@pytest.mark.parametrize("service", [starting(), well(LoadState="bad-setting", ActiveState="inactive")])
def test_one_that_does_not_come_up_makes_way_and_is_refused(machine: UpdatedMachine, service: dict[str, str]) -> None:
    update(machine, NEW, service)
    assert watch_to_the_end(machine) == 300
    assert (machine.version, kept(machine)) == (OLD, {OLD})
    said = rolled_back(machine)
    assert (said["version"], said["restored"], said["log"]) == (NEW, OLD, ["its last words"])
    assert str(said["why"]).startswith("it did not work within 300 s")
    assert said["service"] == service
    assert machine.read(PIN).endswith(f"\nPackage: edge-vision\nPin: version {NEW}\nPin-Priority: -1\n")
    assert (
        machine.commands[-1].startswith("dpkg --print-arch")
        or "systemctl start --no-block edge.service" in machine.commands
    )
    assert watch_to_the_end(machine) == 0, "nothing is pending any more"


def test_the_last_good_configuration_is_that_of_the_old_version_again(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    machine.write(SETTINGS, "of the new one, with keys that the old one does not know\n")
    machine.write("var/lib/edge/refused.toml", "# what the new one did not survive\n")
    machine.write("etc/edge/edge.toml", "what a person wrote\n")
    watch_to_the_end(machine)
    assert machine.read(SETTINGS) == "of the old one\n"
    assert not (machine.root / "var/lib/edge/refused.toml").exists()
    assert machine.read("etc/edge/edge.toml") == "what a person wrote\n"


def test_the_service_can_lead_nobody_to_another_file(machine: UpdatedMachine) -> None:
    settings = machine.root / SETTINGS
    machine.write("etc/shadow", "root's alone\n")
    settings.unlink()
    settings.symlink_to(machine.root / "etc/shadow")
    update(machine, NEW, starting())
    assert not (machine.root / STATE / "settings/last-good.toml").exists()


def test_a_later_version_that_works_takes_the_refusal_away(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    watch_to_the_end(machine)
    machine.service = well()
    update(machine, OLD, well())
    watch_to_the_end(machine)
    assert NEW in machine.read(PIN), "the old one again is no reason"
    update(machine, NEWER, well())
    watch_to_the_end(machine)
    assert not (machine.root / PIN).exists()
    assert not (machine.root / STATE / "rolled-back.json").exists()


def test_a_person_who_installs_a_refused_version_is_believed_once_it_works(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    watch_to_the_end(machine)
    update(machine, NEW, well())
    assert watch_to_the_end(machine) == 150
    assert not (machine.root / PIN).exists()


def test_two_versions_that_failed_are_both_refused(machine: UpdatedMachine) -> None:
    for version in (NEW, NEWER):
        update(machine, version, starting())
        watch_to_the_end(machine)
    assert machine.read(PIN).count("Pin-Priority: -1") == 2
    assert machine.version == OLD


def test_without_a_package_to_go_back_to_that_is_said(
    machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (machine.root / STATE / "packages").iterdir():
        path.unlink()
    update(machine, NEW, starting())
    assert f"no package of edge-vision {OLD} has been kept" in capsys.readouterr().err
    watch_to_the_end(machine)
    assert machine.version == NEW
    assert rolled_back(machine)["restored"] == ""
    assert "There is no way back" in capsys.readouterr().err
    assert not (machine.root / PIN).exists(), "it is what there is"


def test_a_power_cut_during_the_watch_begins_it_anew_and_counts_for_nothing(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    for _ in range(20):
        watcher = UpdateWatcher(machine.system, TIMES)
        for now_s in range(0, 298, 3):
            assert watcher.look(float(now_s)) == TIMES.look_s
    assert machine.version == NEW
    machine.service = well()
    assert watch_to_the_end(machine) == 150


def test_a_power_cut_while_it_goes_back_is_made_good_by_the_next_watch(machine: UpdatedMachine) -> None:
    class PowerCutError(Exception):
        pass

    def cut(_version: str) -> Output:
        raise PowerCutError

    update(machine, NEW, starting())
    machine.installs = cut
    with pytest.raises(PowerCutError):
        watch_to_the_end(machine)
    assert NEW in machine.read(PIN), "what was decided is on the disk"
    machine.installs = lambda _version: Output(0)
    watch_to_the_end(machine)
    assert machine.version == OLD


def test_a_power_cut_while_it_is_confirmed_leaves_nothing_behind(
    machine: UpdatedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_path: Path) -> None:
        raise KeyboardInterrupt

    update(machine, NEW, starting())
    watch_to_the_end(machine)
    update(machine, NEW, well())
    with monkeypatch.context() as patch:
        patch.setattr("edge_appliance.refused_versions.remove_durably", cut)
        with pytest.raises(KeyboardInterrupt):
            watch_to_the_end(machine)
    watch_to_the_end(machine)
    assert not (machine.root / PIN).exists()
    assert not (machine.root / STATE / "rolled-back.json").exists()


def test_dpkg_that_is_busy_is_tried_again(machine: UpdatedMachine) -> None:
    answers = iter([Output(2, "dpkg frontend lock is held by another process"), Output(0)])
    update(machine, NEW, starting())
    machine.installs = lambda _version: next(answers)
    watch_to_the_end(machine)
    assert machine.version == OLD


def test_one_that_was_stopped_on_purpose_is_no_failure(machine: UpdatedMachine) -> None:
    update(machine, NEW, stopped())
    watcher = UpdateWatcher(machine.system, TIMES)
    assert all(watcher.look(60.0 * minute) == TIMES.look_s for minute in range(600))
    machine.service = well()
    assert watcher.look(36_003.0) == TIMES.look_s
    assert watcher.look(36_153.0) is None
    assert json.loads(machine.read(f"{STATE}/update.json")) == {"good": NEW}


def test_a_package_that_is_left_half_installed_makes_way(machine: UpdatedMachine) -> None:
    update(machine, NEW, well())
    machine.status = "half-configured"
    watch_to_the_end(machine)
    assert (machine.version, machine.status) == (OLD, "installed")


def test_another_version_meanwhile_is_watched_from_its_own_beginning(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    watcher = UpdateWatcher(machine.system, TIMES)
    for now_s in range(0, 298, 3):
        watcher.look(float(now_s))
    update(machine, NEWER, well())
    assert watcher.look(300.0) == TIMES.look_s
    assert watcher.look(450.0) is None
    assert json.loads(machine.read(f"{STATE}/update.json")) == {"good": NEWER}


def test_one_that_was_removed_is_watched_no_longer(machine: UpdatedMachine) -> None:
    machine.version, machine.status, machine.want = NEW, "config-files", "deinstall"
    assert watch_to_the_end(machine) == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"good": '])
def test_a_damaged_record_is_as_none(machine: UpdatedMachine, text: str) -> None:
    machine.write(f"{STATE}/update.json", text)
    assert watch_to_the_end(machine) == 150
