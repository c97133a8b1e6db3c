"""The way back where dpkg does not take it at once, and what else is there to be considered."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from edge_appliance import debian
from edge_appliance.limited_commands import Output
from edge_appliance.watch_update import UpdateWatcher
from tests.appliance.update import NEW, OLD, PIN, STATE, TIMES, kept, rolled_back, update, watch_to_the_end
from tests.appliance.updated_machine import UpdatedMachine, starting, stopped, well

if TYPE_CHECKING:
    from types import FrameType

BROKEN = Output(1, complaint="dpkg: error processing package edge-vision")


@pytest.mark.parametrize("status", ["half-configured", "unpacked", "half-installed"])
def test_where_dpkg_fails_half_way_back_the_good_version_is_completed_and_not_blamed(
    machine: UpdatedMachine, status: str
) -> None:
    def fail_once(version: str) -> Output:
        machine.version, machine.status = version, status
        machine.installs = lambda _version: Output(0)
        return BROKEN

    update(machine, NEW, starting())
    machine.installs = fail_once
    assert watch_to_the_end(machine) == 300 + 15
    assert (machine.version, machine.status) == (OLD, "installed")
    assert (rolled_back(machine)["version"], rolled_back(machine)["restored"]) == (NEW, OLD)
    assert str(rolled_back(machine)["why"]).startswith("it did not work within 300 s")
    assert f"version {NEW}\n" in machine.read(PIN)
    assert OLD not in machine.read(PIN)


def test_the_good_version_in_part_after_an_update_that_failed_is_completed(machine: UpdatedMachine) -> None:
    machine.status = "half-configured"
    assert watch_to_the_end(machine) == 0
    assert machine.status == "installed"
    assert not (machine.root / STATE / "rolled-back.json").exists()
    assert not (machine.root / PIN).exists()


def test_that_is_tried_again_and_again(machine: UpdatedMachine) -> None:
    answers = iter([BROKEN, BROKEN, Output(0)])
    machine.status, machine.installs = "half-installed", lambda _version: next(answers)
    assert watch_to_the_end(machine) == 15 + 30
    assert machine.status == "installed"


def test_one_that_works_again_is_not_stopped_where_dpkg_cannot_go_back(machine: UpdatedMachine) -> None:
    def cannot(_version: str) -> Output:
        machine.service = well(InvocationID="b2")
        return BROKEN

    update(machine, NEW, starting())
    machine.installs = cannot
    assert watch_to_the_end(machine) == 300 + 15 + 150
    assert machine.version == NEW
    assert machine.commands.count("systemctl stop edge.service") == 1
    assert not (machine.root / STATE / "rolled-back.json").exists()


def test_starts_that_have_failed_before_are_not_held_against_it_then(machine: UpdatedMachine) -> None:
    update(machine, NEW, starting())
    machine.installs = lambda _version: BROKEN
    watcher = UpdateWatcher(machine.system, TIMES)
    for n in range(5):
        machine.service = starting(NRestarts=f"{n}", InvocationID=f"{n}")
        assert watcher.look(4.0 * n) == TIMES.look_s
    machine.service = starting(NRestarts="5", InvocationID="5")
    assert watcher.look(20.0) == 15
    machine.service = well(InvocationID="6")
    assert watcher.look(35.0) == TIMES.look_s
    assert watcher.look(185.0) is None
    assert machine.version == NEW


def test_while_another_apt_is_at_work_the_service_is_not_even_stopped(
    machine: UpdatedMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(machine, NEW, starting())
    watcher = UpdateWatcher(machine.system, TIMES)
    with monkeypatch.context() as patch:
        patch.setattr(debian, "is_at_work", lambda _system: True)
        assert all(watcher.look(float(now_s)) == TIMES.look_s for now_s in range(0, 600, 3))
    assert "systemctl stop edge.service" not in machine.commands
    assert watcher.look(600.0) is None
    assert machine.version == OLD


@pytest.mark.parametrize(("service", "is_started"), [(stopped(), False), (well(), True)])
def test_a_service_that_is_switched_off_is_started_again_only_where_it_ran(
    machine: UpdatedMachine, service: dict[str, str], *, is_started: bool
) -> None:
    machine.commands.clear()
    update(machine, NEW, service)
    machine.is_enabled, machine.status = False, "half-configured"
    watch_to_the_end(machine)
    assert machine.version == OLD
    assert ("systemctl start --no-block edge.service" in machine.commands) == is_started


def test_settings_that_the_card_does_not_give_back_keep_no_package_from_coming_back(
    machine: UpdatedMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    update(machine, NEW, starting())
    remembered = machine.root / STATE / "settings/last-good.toml"
    remembered.unlink()
    remembered.symlink_to("/proc/self/mem")  # a file of which nothing can be read: EIO
    watch_to_the_end(machine)
    assert machine.version == OLD
    assert "settings of the version before could not be restored" in capsys.readouterr().err


def test_whatever_happens_between_stop_and_start_the_service_is_started_again(machine: UpdatedMachine) -> None:
    def vanish(_version: str) -> Output:
        raise OSError("no process could be started")

    update(machine, NEW, starting())
    machine.installs = vanish
    with pytest.raises(OSError, match="no process"):
        watch_to_the_end(machine)
    assert machine.commands[-1] == "systemctl start --no-block edge.service"


def test_a_service_whose_watcher_was_killed_is_started_by_the_next_one(machine: UpdatedMachine) -> None:
    def kill(_version: str) -> Output:
        os._exit(9)

    start = "systemctl start --no-block edge.service"
    update(machine, NEW, starting())
    machine.installs = kill
    if not (watcher := os.fork()):
        watch_to_the_end(machine)
    assert os.waitstatus_to_exitcode(os.waitpid(watcher, 0)[1]) == 9
    machine.service, machine.installs = stopped(), lambda _version: Output(0)
    assert UpdateWatcher(machine.system, TIMES).look(0.0) == TIMES.look_s, "what is stopped would be left alone"
    machine.service = well()
    machine.commands.clear()
    assert watch_to_the_end(machine) == 150
    assert machine.commands[0] == start
    watch_to_the_end(machine)
    assert machine.commands.count(start) == 1


def test_a_shutdown_waits_for_dpkg_and_no_longer(machine: UpdatedMachine) -> None:
    class ShutdownError(Exception):
        pass

    def shut_down(_number: int, _frame: FrameType | None) -> None:
        raise ShutdownError

    def fail_at_shutdown(_version: str) -> Output:
        os.kill(os.getpid(), signal.SIGTERM)
        ended.append("dpkg")
        return BROKEN

    ended: list[str] = []
    update(machine, NEW, starting())
    machine.installs = fail_at_shutdown
    before = signal.signal(signal.SIGTERM, shut_down)
    try:
        with pytest.raises(ShutdownError):
            watch_to_the_end(machine)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == ["dpkg"], "it came to its end, and was not tried again"
    assert kept(machine) == {OLD, NEW}
