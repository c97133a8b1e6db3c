"""A machine goes by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.benchmark.machine import this_machine
from edge.doctor.system import System

if TYPE_CHECKING:
    from pathlib import Path


def machine_with(root: Path, name: str, text: str) -> System:
    path = root / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return System(root)


def test_a_board_goes_by_the_name_in_its_device_tree(tmp_path: Path) -> None:
    pi = machine_with(tmp_path, "proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0")
    assert this_machine(pi).name == "Raspberry Pi 4 Model B Rev 1.4"


def test_another_machine_goes_by_its_processor(tmp_path: Path) -> None:
    lines = "processor\t: 0\nmodel name\t: A Processor @ 2.00GHz\n\nprocessor\t: 1\n"
    assert this_machine(machine_with(tmp_path, "proc/cpuinfo", lines)).name == "A Processor @ 2.00GHz"


def test_one_that_says_nothing_goes_by_its_architecture(tmp_path: Path) -> None:
    named = this_machine(System(tmp_path, machine="riscv64"))
    assert named.name == "riscv64"
    assert named.cores >= 1
    assert named.runtime.split()[0] in {"ai_edge_litert", "tflite_runtime"}
    assert named.runtime.split()[1][0].isdigit()
