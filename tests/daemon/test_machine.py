"""What the machine says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.daemon import machine

if TYPE_CHECKING:
    from pathlib import Path


def test_this_process_uses_some_memory() -> None:
    assert 5 < machine.memory_mb() < 100_000


def test_load_is_a_number() -> None:
    assert machine.load_average() >= 0


def test_temperature(tmp_path: Path) -> None:
    sensor = tmp_path / "temp"
    sensor.write_text("48312\n")

    assert machine.temperature_c(sensor) == pytest.approx(48.312)
    assert machine.temperature_c(tmp_path / "none") is None


@pytest.mark.parametrize("folder", ["soc/soc:firmware", "soc@107c000000/soc@107c000000:firmware"])
@pytest.mark.parametrize(("word", "throttled"), [("0x0", False), ("50000", False), ("0x50005", True), ("4", True)])
def test_throttling_now_counts_and_in_the_past_does_not(
    tmp_path: Path, folder: str, word: str, *, throttled: bool
) -> None:
    file = tmp_path / folder / "get_throttled"
    file.parent.mkdir(parents=True)
    file.write_text(word + "\n")

    assert machine.is_throttled(tmp_path) is throttled
    assert machine.is_throttled(tmp_path / "none") is None


def test_a_sensor_that_talks_nonsense_is_none(tmp_path: Path) -> None:
    file = tmp_path / "soc" / "soc:firmware" / "get_throttled"
    file.parent.mkdir(parents=True)
    for nonsense in (b"", b"\n", b"hot", b"\xff\xfe"):
        file.write_bytes(nonsense)
        assert machine.temperature_c(file) is None
        assert machine.is_throttled(tmp_path) is None
