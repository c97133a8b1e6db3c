"""What the machine says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.daemon import vitals

if TYPE_CHECKING:
    from pathlib import Path


def test_this_process_uses_some_memory() -> None:
    assert 5 < vitals.memory_mb() < 100_000


def test_load_is_a_number() -> None:
    assert vitals.load_average() >= 0


def test_temperature(tmp_path: Path) -> None:
    sensor = tmp_path / "temp"
    sensor.write_text("48312\n")

    assert vitals.temperature_c(sensor) == pytest.approx(48.312)
    assert vitals.temperature_c(tmp_path / "none") is None


@pytest.mark.parametrize(("word", "throttled"), [("0x0", False), ("50000", False), ("0x50005", True), ("4", True)])
def test_throttling_now_counts_and_in_the_past_does_not(tmp_path: Path, word: str, *, throttled: bool) -> None:
    file = tmp_path / "get_throttled"
    file.write_text(word + "\n")

    assert vitals.is_throttled(file) is throttled
    assert vitals.is_throttled(tmp_path / "none") is None
