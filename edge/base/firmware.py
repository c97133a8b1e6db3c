"""What a machine says of its heat and power in ``/sys``, in the words of a Raspberry Pi's firmware and kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.base.machine_files import MachineFiles

# Bits of the firmware's word, from "vcgencmd get_throttled" in the Raspberry Pi documentation (computers/os).
UNDER_VOLTAGE, CAPPED, THROTTLED, SOFT_LIMIT = 1 << 0, 1 << 1, 1 << 2, 1 << 3

_THERMAL = "/sys/class/thermal/thermal_zone0/temp"
# The folders carry an address in their names on a Pi 5.
_WORD = "/sys/devices/platform/soc*/soc*:firmware/get_throttled"


def temperature_c(files: MachineFiles) -> float | None:
    """Temperature of the processor in degrees Celsius; None where the machine has no such sensor."""
    millidegrees = _number(files.read(_THERMAL), 10)
    return None if millidegrees is None else millidegrees / 1000


def throttled_word(files: MachineFiles) -> int | None:
    """The firmware's word on voltage and speed; None where the kernel does not show it."""
    return next((_number(files.read(name), 16) for name in files.find(_WORD)), None)


def is_voltage_low(files: MachineFiles) -> bool | None:
    """The alarm of the kernel's driver ``rpi_volt``; None where there is none."""
    for sensor in files.find("/sys/class/hwmon/hwmon*"):
        if files.read(f"{sensor}/name") == "rpi_volt":
            return files.read(f"{sensor}/in0_lcrit_alarm") == "1"
    return None


def _number(text: str, base: int) -> int | None:
    """What a file of the kernel's says; None where there is none, or the driver has nothing to say."""
    try:
        return int(text, base)
    except ValueError:
        return None
