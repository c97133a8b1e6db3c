"""What a machine goes through while it is measured: heat, throttling, others that take their part of it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.doctor.checks.power import HOT_C, firmware_word
from edge.doctor.checks.unit import unit_of
from edge.runtime.edgetpu.devices import find_edgetpus, temperature_c

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from edge.doctor.system import System

_SENSOR = "/sys/class/thermal/thermal_zone0/temp"
_SLOWED_NOW = 0b1111
"""Bits of the firmware's word: under-voltage, capped, throttled, soft limit of temperature, each at this moment."""
_EDGETPU_HOT_C = 85.0
"""From the first trip point of its driver on (google/gasket-driver, src/apex_driver.c) it slows itself down."""
_USB3_MBIT_S = 5000
_LOOK_S = 1.0
_MUCH_SHARE = 0.1
_BUSY_FIELDS = (0, 1, 2, 5, 6, 7)
"""Of ``/proc/stat``, see proc(5): user, nice, system, irq, softirq, steal."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How it went; None where the machine does not say.

    ``temperature_c`` is the highest of the processor, ``edgetpu_temperature_c`` that of EdgeTPUs on PCIe; on USB they
    do not say. ``throttled``: heat or low voltage slowed the processor down at some time. ``others_busy_cores`` is how
    many cores programs other than this one kept busy, ``service_runs`` whether the appliance was at work beside.
    """

    temperature_c: float | None = None
    edgetpu_temperature_c: float | None = None
    throttled: bool | None = None
    others_busy_cores: float | None = None
    service_runs: bool = False


class MachineMeter:
    """Looks at a machine from time to time while it is measured."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._service_runs = unit_of(system).is_active
        self._processor_c: list[float] = []
        self._edgetpu_c: list[float] = []
        self._throttled: bool | None = None
        self._began_s, self._busy_s, self._own_s = time.monotonic(), _busy_s(system), _own_s()
        self._next_s = 0.0

    def look(self) -> None:
        """Note heat and throttling, once a second at most."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _LOOK_S
        with suppress(ValueError):  # there is no sensor, or it has nothing to say
            self._processor_c.append(int(self._system.read(_SENSOR)) / 1000)
        warm = (temperature_c(self._system, tpu) for tpu in find_edgetpus(self._system))
        self._edgetpu_c.extend(celsius for celsius in warm if celsius is not None)
        word = firmware_word(self._system)
        if word is not None:
            self._throttled = bool(word & _SLOWED_NOW) or bool(self._throttled)

    def conditions(self) -> Conditions:
        """What was seen from the beginning to now; children that are to count as this program have been waited for."""
        return Conditions(
            max(self._processor_c, default=None),
            max(self._edgetpu_c, default=None),
            self._throttled,
            self._others_busy_cores(),
            self._service_runs,
        )

    def _others_busy_cores(self) -> float | None:
        busy_s, passed_s = _busy_s(self._system), time.monotonic() - self._began_s
        if busy_s is None or self._busy_s is None:
            return None
        others_s = busy_s - self._busy_s - (_own_s() - self._own_s)
        return round(max(0.0, others_s / passed_s), 2)


def warnings_of(conditions: Conditions, cores: int) -> Iterator[str]:
    """Why figures taken under ``conditions`` are not what a machine of ``cores`` can do, and what to do; sentences."""
    if conditions.service_runs:
        yield (
            "the service edge runs at the same time, so figures are too high; before: sudo systemctl stop edge, "
            "after: sudo systemctl start edge"
        )
    others = conditions.others_busy_cores
    if others is not None and others > _MUCH_SHARE * cores:
        yield f"other programs kept {others:.1f} of {cores} cores busy; end them and measure again"
    if conditions.throttled:
        yield "the machine was slowed down by heat or low voltage meanwhile; edge doctor says by which"
    hot = conditions.temperature_c
    if hot is not None and hot >= HOT_C:
        yield (
            f"the processor got {hot:.0f} °C hot; a Raspberry Pi slows down from {HOT_C:.0f} °C on: give it a heat sink"
            " or a fan, and air"
        )
    hot = conditions.edgetpu_temperature_c
    if hot is not None and hot >= _EDGETPU_HOT_C:
        yield f"the EdgeTPU got {hot:.0f} °C hot and slows down from {_EDGETPU_HOT_C:.0f} °C on: give it a heat sink"


def slow_lines(devices: Collection[str], system: System) -> Iterator[str]:
    """Which of the EdgeTPUs, by name as ``usb:0``, hang on a line that slows them down, and what to do; sentences."""
    for tpu in find_edgetpus(system):
        if tpu.name in devices and 0 < tpu.speed_mbit_s < _USB3_MBIT_S:
            yield (
                f"{tpu.name} runs at {tpu.speed_mbit_s:.0f} Mbit/s, which is USB 2; a blue USB 3 port, with a cable for"
                " USB 3, gives it ten times that"
            )


def _own_s() -> float:
    """Processor time of this process and of the children it has waited for."""
    return sum(os.times()[:4])


def _busy_s(system: System) -> float | None:
    """Processor time of all cores since the start of the machine."""
    name, *ticks = (system.read("/proc/stat").partition("\n")[0]).split() or [""]
    if name != "cpu":
        return None
    return sum(int(ticks[field]) for field in _BUSY_FIELDS) / os.sysconf("SC_CLK_TCK")
