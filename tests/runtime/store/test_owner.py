"""The store of the service, changed by root: nothing that the service has put there leads root anywhere else."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.base import capabilities
from edge.errors import ModelError
from edge.runtime.store.owner import become_owner
from tests.runtime.store.samples import model_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "movinet-a1.tflite"
MODEL = NAME.removesuffix(".tflite")
"""A model of which the catalogue knows no hash."""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


class Machine:
    """A state folder of ``nobody``, who stands for the service, and a model in a folder that is root's alone."""

    def __init__(self, root: Path) -> None:
        self.state, self.own = root / "state", root / "own"
        self.models = self.state / "models"
        for folder in (self.state, self.own):
            folder.mkdir()
        self.give(self.state)
        self.own.chmod(0o700)
        (self.own / NAME).write_bytes(model_bytes())

    def give(self, path: Path) -> None:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)

    def bring_in(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "STATE_DIRECTORY": str(self.state)}
        command = [sys.executable, "-m", "edge.cli.entry", "models", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder))


@pytest.mark.parametrize(
    ("way", "said"),
    [(("import",), ""), (("pull", MODEL, "--mirror"), f"edge: {MODEL}: fetching it\n")],
    ids=["import", "pull"],
)
def test_what_root_brings_in_is_the_service_s(way: tuple[str, ...], said: str, machine: Machine) -> None:
    done = machine.bring_in(*way, str(machine.own))
    assert (done.returncode, done.stderr) == (0, said)
    assert {path.owner() for path in (machine.models, machine.models / NAME, *machine.models.iterdir())} == {"nobody"}


@pytest.mark.parametrize("link", [f"models/.incoming/{NAME}", f"models/.incoming/{NAME}.json"])
def test_a_link_of_the_service_leads_root_to_no_file(link: str, machine: Machine) -> None:
    precious, trap = machine.own / "precious", machine.state / link
    precious.write_text("precious")
    trap.parent.mkdir(parents=True)
    trap.symlink_to(precious)
    for path in (trap, trap.parent, trap.parent.parent):
        machine.give(path)
    done = machine.bring_in("import", str(machine.own / NAME))
    assert (done.returncode, done.stderr) == (0, "")
    assert precious.read_text() == "precious"
    assert (machine.models / NAME).read_bytes() == model_bytes()


@pytest.mark.parametrize("target", ["own", f"own/{NAME}"])
@pytest.mark.parametrize("way", [("import",), ("pull", MODEL, "--mirror")], ids=["import", "pull"])
def test_where_root_is_sent_to_a_link_of_the_service_it_does_not_follow(
    way: tuple[str, ...], target: str, machine: Machine
) -> None:
    """It goes on as the service, with the right to read everything: its links count no more."""
    trap = machine.state / NAME
    trap.symlink_to(machine.own.parent / target)
    machine.give(trap)
    done = machine.bring_in(*way, str(trap))
    assert done.returncode == 1
    assert not (machine.models / NAME).exists()


def test_nor_does_it_follow_one_on_the_way(machine: Machine) -> None:
    trap = machine.state / "stick"
    trap.symlink_to(machine.own)
    machine.give(trap)
    done = machine.bring_in("import", str(trap / NAME))
    assert done.returncode == 1
    assert "leads over a link in a folder that others may write" in done.stderr


def test_a_link_of_the_service_leads_root_to_no_folder(machine: Machine) -> None:
    (machine.own / "precious").mkdir()
    machine.models.symlink_to(machine.own / "precious")
    machine.give(machine.models)
    assert machine.bring_in("import", str(machine.own / NAME)).returncode == 1
    assert list((machine.own / "precious").iterdir()) == []


def test_a_store_that_root_has_made_in_the_service_s_folder_is_to_be_given_away(machine: Machine) -> None:
    machine.models.mkdir()
    done = machine.bring_in("import", str(machine.own / NAME))
    assert done.returncode == 1
    assert "belongs to root, but lies in a folder of nobody; give it to that user: sudo chown" in done.stderr


def test_root_stays_root_in_a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "execvp", lambda *_: pytest.fail("became somebody else"))
    become_owner(tmp_path / "models")


def test_an_owner_whom_nobody_knows_is_told(machine: Machine) -> None:
    os.chown(machine.state, 54321, 54321)
    with pytest.raises(ModelError, match="belongs to the user 54321, whom this machine does not know"):
        become_owner(machine.models)


def test_a_machine_without_a_way_to_become_another_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine.own))
    with pytest.raises(ModelError, match="belongs to nobody; run the command as that user"):
        become_owner(machine.models)


def test_root_without_all_rights_hands_on_none(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    (machine.own / "status").write_text("CapPrm:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\n")
    monkeypatch.setattr(capabilities, "_STATUS", machine.own / "status")
    words: list[str] = []
    monkeypatch.setattr(os, "execvp", lambda _, given: words.extend(given))
    become_owner(machine.models)
    assert words[: words.index("--")] == ["setpriv", "--reuid", "nobody", "--regid", "65534", "--init-groups"]
