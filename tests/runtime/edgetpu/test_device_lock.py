"""One process to an EdgeTPU: whoever comes second is told who has it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.runtime.edgetpu.device_lock import holder_of, lock_device, lock_owner
from edge.runtime.edgetpu.lost import Busy
from tests.runtime.edgetpu.support import new_tpu

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lock_has_an_owner_until_the_block_ends() -> None:
    tpu = new_tpu()
    assert lock_owner(tpu) is None
    with lock_device(tpu):
        assert lock_owner(tpu) == os.getpid()
    assert lock_owner(tpu) is None


def test_a_second_one_is_refused() -> None:
    tpu = new_tpu()
    same = rf"^it is in use by another edge process \({os.getpid()}\)$"
    with lock_device(tpu), pytest.raises(Busy, match=same), lock_device(tpu, patience_s=0.05):
        pass


def test_any_other_edgetpu_is_free() -> None:
    with lock_device(new_tpu()), lock_device(new_tpu()):
        pass


def test_however_many_ask_who_owns_it_all_get_an_answer() -> None:
    tpu = new_tpu()
    with lock_device(tpu):
        found = {lock_owner(tpu) for _ in range(200)}
    assert found <= {os.getpid(), None}


def process(root: Path, number: int, name: str, *opened: str) -> None:
    """A process as ``/proc`` shows it, with these files open."""
    folder = root / "proc" / str(number)
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    for fd, target in enumerate(opened):
        (folder / "fd" / str(fd)).symlink_to(target)


def test_who_has_a_node_open_is_named(tmp_path: Path) -> None:
    process(tmp_path, 12, "sshd", "/dev/null", "socket:[4]")
    process(tmp_path, 4844, "frigate", "/dev/null", "/dev/apex_0")
    files = MachineFiles(tmp_path)
    assert holder_of("/dev/apex_0", files) == "frigate (4844)"
    assert holder_of("/dev/apex_1", files) == ""


def test_this_process_itself_is_no_stranger(tmp_path: Path) -> None:
    with (tmp_path / "node").open("w") as opened:
        assert holder_of(opened.name) == ""
        with lock_device(replace(new_tpu(), node=opened.name)):
            pass
