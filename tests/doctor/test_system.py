from __future__ import annotations

import shutil
import sys
from pathlib import Path

from edge.doctor.system import NOT_FOUND, TOO_LATE, System, free_bytes, run_command


def test_a_command_gives_its_status_and_both_outputs() -> None:
    done = run_command((sys.executable, "-c", "import sys; print('yes'); sys.exit('no')"), 30)
    assert (done.status, done.text, done.complaint) == (1, "yes", "no")


def test_a_command_that_is_not_there_or_does_not_end_is_told_by_its_status() -> None:
    assert run_command(("edge-no-such-command",), 1).status == NOT_FOUND
    late = run_command((sys.executable, "-c", "import time; time.sleep(600)"), 0.2)
    assert (late.status, late.complaint) == (TOO_LATE, "no answer within 0.2 s")


def test_free_room_is_that_of_the_folder_that_is_there(tmp_path: Path) -> None:
    gap = abs(free_bytes(tmp_path / "not" / "yet" / "made") - shutil.disk_usage(tmp_path).free)
    assert gap < 1e9  # others write meanwhile


def test_a_machine_may_lie_below_another_root(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    (tmp_path / "proc/device-tree").mkdir(parents=True)
    assert System(root=tmp_path).has_systemd
    assert not System(root=tmp_path).is_raspberry_pi
    (tmp_path / "proc/device-tree/model").write_text("Raspberry Pi 5 Model B Rev 1.0\0")
    assert System(root=tmp_path).is_raspberry_pi


def test_this_machine_is_the_default() -> None:
    system = System()
    assert system.path("/proc/self/exe").resolve() == Path(sys.executable).resolve()
    assert system.bits == (64 if sys.maxsize > 2**32 else 32)
    assert system.run is run_command
