"""What a machine says of its heat and power, as the files of a Raspberry Pi lie in ``/sys``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.base.firmware import is_voltage_low, temperature_c, throttled_word
from edge.base.machine_files import MachineFiles

if TYPE_CHECKING:
    from pathlib import Path

TEMPERATURE = "sys/class/thermal/thermal_zone0/temp"
WORD = "sys/devices/platform/soc/soc:firmware/get_throttled"


def write(root: Path, name: str, text: str) -> None:
    """A file of the machine in ``root``."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def test_temperature(tmp_path: Path) -> None:
    write(tmp_path, TEMPERATURE, "48312\n")
    assert temperature_c(MachineFiles(tmp_path)) == pytest.approx(48.312)


@pytest.mark.parametrize("folder", ["soc/soc:firmware", "soc@107c000000/soc@107c000000:firmware"])
@pytest.mark.parametrize(("text", "word"), [("0x0", 0), ("50005", 0x50005), ("0x50005", 0x50005)])
def test_the_firmwares_word_of_every_pi(tmp_path: Path, folder: str, text: str, word: int) -> None:
    write(tmp_path, f"sys/devices/platform/{folder}/get_throttled", text + "\n")
    assert throttled_word(MachineFiles(tmp_path)) == word


@pytest.mark.parametrize(("alarm", "is_low"), [("0\n", False), ("1\n", True)])
def test_the_alarm_of_the_supply_is_that_of_the_right_sensor(tmp_path: Path, alarm: str, *, is_low: bool) -> None:
    write(tmp_path, "sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    write(tmp_path, "sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1\n")
    assert is_voltage_low(MachineFiles(tmp_path)) is None
    write(tmp_path, "sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    write(tmp_path, "sys/class/hwmon/hwmon1/in0_lcrit_alarm", alarm)
    assert is_voltage_low(MachineFiles(tmp_path)) is is_low


@pytest.mark.parametrize("nonsense", ["", "\n", "hot", "\0"])
def test_a_sensor_that_talks_nonsense_or_is_not_there_is_none(tmp_path: Path, nonsense: str) -> None:
    assert (temperature_c(MachineFiles(tmp_path)), throttled_word(MachineFiles(tmp_path))) == (None, None)
    write(tmp_path, TEMPERATURE, nonsense)
    write(tmp_path, WORD, nonsense)
    assert (temperature_c(MachineFiles(tmp_path)), throttled_word(MachineFiles(tmp_path))) == (None, None)
