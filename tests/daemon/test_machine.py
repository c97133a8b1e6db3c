"""What the machine says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.daemon import machine
from tests.base.test_firmware import write

if TYPE_CHECKING:
    from pathlib import Path


def test_this_process_uses_some_memory() -> None:
    assert 5 < machine.memory_mb() < 100_000


def test_load_is_a_number() -> None:
    assert machine.load_average() >= 0


@pytest.mark.parametrize(("word", "throttled"), [("0x0", False), ("50000", False), ("0x50005", True), ("8", True)])
def test_throttling_now_counts_and_in_the_past_does_not(tmp_path: Path, word: str, *, throttled: bool) -> None:
    write(tmp_path, "sys/devices/platform/soc/soc:firmware/get_throttled", word + "\n")
    assert machine.is_throttled(MachineFiles(tmp_path)) is throttled
    assert machine.is_throttled(MachineFiles(tmp_path / "none")) is None
