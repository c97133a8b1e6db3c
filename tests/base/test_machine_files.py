from __future__ import annotations

import os
from typing import TYPE_CHECKING

from edge.base.machine_files import MachineFiles

if TYPE_CHECKING:
    from pathlib import Path


def test_files_are_looked_up_below_the_root(tmp_path: Path) -> None:
    (tmp_path / "sys").mkdir()
    (tmp_path / "sys/b").write_text("two\0\n")
    (tmp_path / "sys/a").touch()
    files = MachineFiles(tmp_path)
    assert files.read("/sys/b") == "two"
    assert files.find("/sys/*") == ["/sys/a", "/sys/b"]
    assert files.path("/sys/a") == tmp_path / "sys/a"
    assert files.exists("/sys/a")


def test_what_is_not_there_is_empty(tmp_path: Path) -> None:
    files = MachineFiles(tmp_path)
    assert files.read("/sys/nothing") == ""
    assert files.find("/sys/*") == []
    assert not files.exists("/sys/nothing")


def test_links_are_followed_as_those_of_sys_are(tmp_path: Path) -> None:
    (tmp_path / "sys/devices/usb2/2-1").mkdir(parents=True)
    (tmp_path / "sys/devices/usb2/2-1/idVendor").write_text("18d1\n")
    (tmp_path / "sys/bus").mkdir()
    (tmp_path / "sys/bus/2-1").symlink_to("../devices/usb2/2-1")
    files = MachineFiles(tmp_path)
    assert files.find("/sys/bus/*") == ["/sys/bus/2-1"]
    assert files.read("/sys/bus/2-1/idVendor") == "18d1"


def test_of_a_huge_file_the_beginning_is_read(tmp_path: Path) -> None:
    with (tmp_path / "errors.txt").open("wb") as file:
        file.write(b"edge.toml cannot be used:\n")
        file.truncate(1 << 40)
    assert MachineFiles(tmp_path).read("/errors.txt") == "edge.toml cannot be used:"


def test_this_machine_is_the_default() -> None:
    assert MachineFiles().path("/proc/self/exe").resolve() == MachineFiles().path(f"/proc/{os.getpid()}/exe").resolve()
