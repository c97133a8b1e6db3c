"""What the service leaves in its folders: believed as far as it is what the service writes, read as what it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from edge.config.store import LAST_GOOD, REFUSED, ConfigStore
from edge.daemon.failed_starts import FailedStarts
from edge.daemon.notify import ServiceManager
from edge.doctor.checks import configuration
from edge.doctor.report import as_text
from edge.doctor.system import Output
from edge.errors import InputError
from edge.settings import SCHEMA
from tests.doctor.machines import ACTIVE, Machine, raspberry_pi

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.doctor.finding import Finding

WELL = ("ok", "the service has taken the configuration over")
SECRET = "root alone may read this"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """One with the folders that systemd makes for the service."""
    made = raspberry_pi(tmp_path)
    for folder in ("var/lib/edge", "run/edge"):
        (made.root / folder).mkdir(parents=True)
    return made


def look(machine: Machine) -> Finding:
    (found,) = configuration.in_use(machine.subject())
    return found


def test_what_the_service_itself_leaves_is_understood(machine: Machine, tmp_path: Path) -> None:
    file, state = tmp_path / "edge.toml", machine.root / "var/lib/edge"
    (state / LAST_GOOD).write_text("")
    file.write_text("[pose]\nmax_people = 5\n")
    ConfigStore(SCHEMA, file, [], state).refuse("OverflowError: infinity\nand beyond")
    assert (state / REFUSED).exists()
    assert "did not survive the file (OverflowError: infinity and beyond)" in look(machine).why


def test_starts_that_failed_are_told_with_the_reason_of_the_last(machine: Machine) -> None:
    environ = {"RUNTIME_DIRECTORY": str(machine.root / "run/edge")}
    for _ in range(3):
        with (
            pytest.raises(InputError),
            FailedStarts(environ, None, lambda _wait_s: None).counted(ServiceManager({})),
        ):
            raise InputError("no such video")
    assert look(machine).why == "3 starts of the service, one after the other, have not lasted: no such video"


def test_a_first_start_that_goes_on_is_none_that_failed(machine: Machine) -> None:
    machine.write("run/edge/failed-starts", "1\nnone\nit ended without a word")
    assert (look(machine).verdict, look(machine).why) == WELL


def test_the_status_counts_also_where_nobody_may_look_into_the_folders(machine: Machine) -> None:
    said = "the configuration is wrong, the last good one is in force: Edge did not survive it"
    machine.commands["systemctl"] = Output(0, f"{ACTIVE}\nStatusText={said}")
    assert look(machine).why == f"the service says: {said}"


def test_a_service_that_does_not_run_has_nothing_in_force(machine: Machine) -> None:
    machine.commands["systemctl"] = Output(0, ACTIVE.replace("=active", "=inactive"))
    assert look(machine).verdict == "skipped"


def link(path: Path) -> None:
    secret = path.with_name("secret")
    secret.write_text(f"9\nnone\n# {SECRET}\n")
    path.symlink_to(secret)


@pytest.mark.parametrize("name", ["var/lib/edge/refused.toml", "run/edge/failed-starts"])
@pytest.mark.parametrize("make", [link, os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_of_the_services_own_is_passed_over(
    machine: Machine, name: str, make: Callable[[Path], None]
) -> None:
    make(machine.root / name)
    found = look(machine)
    assert (found.verdict, found.why) == WELL


@pytest.mark.parametrize("name", ["var/lib/edge/refused.toml", "run/edge/failed-starts"])
def test_of_a_file_without_end_only_the_beginning_is_read(machine: Machine, name: str) -> None:
    machine.write(name, "9\nnone\n# why")
    os.truncate(machine.root / name, 1 << 40)
    assert len(look(machine).why) < 5000


@pytest.mark.parametrize("text", ["", "\n", "many\nnone\nwhy", "-3\nnone\nwhy", "9" * 5000, "3", "3\nwhy"])
def test_what_is_no_count_of_starts_is_none(machine: Machine, text: str) -> None:
    machine.write("run/edge/failed-starts", text)
    assert (look(machine).verdict, look(machine).why) == WELL


def test_control_characters_do_not_reach_a_terminal(machine: Machine) -> None:
    machine.write("var/lib/edge/refused.toml", "# \x1b]0;owned\x07 \x9b2J\n")
    assert not {"\x1b", "\x07", "\x9b"} & set(as_text([look(machine)]))
