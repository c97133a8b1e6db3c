"""From an update to a version that works: confirmed, or the one before again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from edge_appliance import debian
from edge_appliance.limited_commands import Output
from edge_appliance.update_record import UpdateRecord
from edge_appliance.watch_update import UpdateWatcher
from tests.appliance.update import (
    NEW,
    NEWER,
    OLD,
    PIN,
    STATE,
    TIMES,
    kept,
    rolled_back,
    update,
    watch_to_the_end,
)
from tests.appliance.updated_machine import SETTINGS, UpdatedMachine, starting, stopped, well

if TYPE_CHECKING:
    from pathlib import Path


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
    assert "systemctl start --no-block edge.service" in machine.commands
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


def test_a_power_cut_once_it_is_confirmed_leaves_the_settings_to_the_next_update(
    machine: UpdatedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the other way round: the version before must never get those of this one."""

    def cut(_record: UpdateRecord, _version: str) -> None:
        raise KeyboardInterrupt

    update(machine, NEW, well())
    machine.write(SETTINGS, "of the new one\n")
    with monkeypatch.context() as patch:
        patch.setattr(UpdateRecord, "set_good", cut)
        with pytest.raises(KeyboardInterrupt):
            watch_to_the_end(machine)
    assert machine.read(f"{STATE}/settings/last-good.toml") == "of the old one\n"
    watch_to_the_end(machine)
    assert machine.read(f"{STATE}/settings/last-good.toml") == "of the new one\n"


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


def test_what_dpkg_does_not_say_is_asked_again(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    watcher = UpdateWatcher(machine.system, TIMES)
    assert watcher.look(0.0) == TIMES.look_s
    machine.is_telling = False
    assert watcher.look(3.0) == 15
    machine.is_telling = True
    assert watcher.look(1_000.0) == TIMES.look_s, "time in which nobody knew does not count"
    assert machine.version == NEW


def test_time_in_which_systemd_does_not_answer_does_not_count(machine: UpdatedMachine) -> None:
    update(machine, NEW, {})
    watcher = UpdateWatcher(machine.system, TIMES)
    assert all(watcher.look(float(now_s)) == TIMES.look_s for now_s in range(0, 1_000, 30))
    machine.service = starting()
    assert watcher.look(1_000.0) == TIMES.look_s
    assert machine.version == NEW


def test_a_version_that_apt_works_on_is_left_to_it(machine: UpdatedMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    update(machine, NEW, starting())
    watcher = UpdateWatcher(machine.system, TIMES)
    for now_s in range(0, 298, 3):
        watcher.look(float(now_s))
    machine.status = "half-configured"
    with monkeypatch.context() as patch:
        patch.setattr(debian, "is_at_work", lambda _system: True)
        assert watcher.look(300.0) == TIMES.look_s
    machine.status = "installed"
    assert watcher.look(900.0) == TIMES.look_s
    assert machine.version == NEW


def test_a_package_that_comes_is_not_dropped_while_apt_unpacks_others(
    machine: UpdatedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image's first version is confirmed between the hook of its first update and the update itself."""
    UpdateRecord(machine.system.state).set_good("")
    with monkeypatch.context() as patch:
        patch.setattr(debian, "is_at_work", lambda _system: True)
        update(machine, OLD, well(), upcoming=NEW)
        watch_to_the_end(machine)
    assert kept(machine) == {OLD, NEW}
    machine.version = NEW
    watch_to_the_end(machine)
    assert kept(machine) == {NEW}


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
