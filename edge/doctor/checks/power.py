"""Heat and power, as a Raspberry Pi's firmware tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.firmware import UNDER_VOLTAGE, is_voltage_low, throttled_word
from edge.doctor.checks.coral_usb import on_usb
from edge.doctor.finding import Finding, failed, ok, skipped, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_SLOWED = 0b1110
_SINCE_BOOT = 16  # how far to the left the same bits stand for what has been since the start

# From "Frequency management and thermal control" there: slower from 80 °C on, the limit is 85 °C.
HOT_C, _LIMIT_C = 80.0, 85.0
_FULL_MA = 5000
# From "Power supply properties /chosen/power" there (computers/configuration); only the Pi 5 has them.
_POWER = "/proc/device-tree/chosen/power"
_COMMAND_S = 5.0
_COOL = "give it a heat sink or a fan, and air; less work helps too: inference.threads, pose.max_rate_hz"
_SUPPLY = "use the power supply made for this Pi and a short thick cable; give USB devices a powered hub"
_FULL_USB = (
    "use the 27 W supply made for the Pi 5, or give the Coral a powered hub; where the supply gives 5 A without saying "
    "so, put usb_max_current_enable=1 into /boot/firmware/config.txt and reboot"
)


def temperature(subject: Subject) -> Iterator[Finding]:
    """Of the processor."""
    name = "system.temperature"
    text = subject.system.read("/sys/class/thermal/thermal_zone0/temp")
    if not text:
        yield skipped(name, "there is no sensor")
        return
    celsius = int(text) / 1000
    if celsius >= _LIMIT_C:
        yield failed(name, f"{celsius:.0f} °C: the processor is at its limit and runs at its slowest", _COOL)
    elif celsius >= HOT_C:
        yield warning(name, f"{celsius:.0f} °C: a Raspberry Pi slows down from 80 °C on", _COOL)
    else:
        yield ok(name, f"{celsius:.0f} °C")


def under_voltage(subject: Subject) -> Iterator[Finding]:
    """Too little voltage slows a Pi down, lets USB devices fall off and ruins cards."""
    name, word, alarm = "system.power", firmware_word(subject.system), is_voltage_low(subject.system)
    if word is None and alarm is None:
        yield skipped(name, "nothing here measures the supply")
    elif alarm or (word or 0) & UNDER_VOLTAGE:
        yield failed(name, "the supply voltage is too low at this moment", _SUPPLY)
    elif (word or 0) >> _SINCE_BOOT & UNDER_VOLTAGE:
        yield warning(name, "the supply voltage has been too low since the last start", _SUPPLY)
    else:
        yield ok(name, "the supply voltage is right")


def supply(subject: Subject) -> Iterator[Finding]:
    """A Pi 5 asks its supply what it can give, and has little left for USB where that is less than 5 A."""
    name, system = "system.supply", subject.system
    promised_ma, has_full_usb = (system.number(f"{_POWER}/{key}") for key in ("max_current", "usb_max_current_enable"))
    says = f"the supply promises {promised_ma} mA"
    if promised_ma is None:
        yield skipped(name, "only a Raspberry Pi 5 asks its supply what it can give")
    elif promised_ma >= _FULL_MA or not on_usb(system):
        yield ok(name, says)
    elif has_full_usb:
        yield ok(name, f"{says}; USB has its full current all the same (usb_max_current_enable), so see system.power")
    else:
        why = f"{says}, so all USB devices together, the Coral among them, get 600 mA; a Coral may draw 900 mA"
        yield warning(name, why, _FULL_USB)


def throttling(subject: Subject) -> Iterator[Finding]:
    """Whether the processor is held back."""
    name, word = "system.throttling", firmware_word(subject.system)
    if word is None:
        yield skipped(name, "no firmware of a Raspberry Pi answers")
    elif word & _SLOWED:
        yield warning(name, "the processor is slowed down at this moment", f"see system.power; {_COOL}")
    elif word >> _SINCE_BOOT & _SLOWED:
        yield warning(name, "the processor has been slowed down since the last start", f"see system.power; {_COOL}")
    else:
        yield ok(name, "the processor runs at full speed")


def firmware_word(system: System) -> int | None:
    """The firmware's word on voltage and speed; None where there is none. Not every Pi 5 has it in sysfs."""
    word = throttled_word(system)
    if word is not None:
        return word
    asked = system.run(("vcgencmd", "get_throttled"), _COMMAND_S)
    try:
        return int(asked.text.partition("=")[2], 16) if asked.status == 0 else None
    except ValueError:
        return None
