"""The machine that is measured, by name, and how it fared meanwhile."""

from __future__ import annotations

import os
import platform
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from edge import __version__
from edge.doctor.checks.power import HOT_C, firmware_word
from edge.doctor.checks.unit import unit_of
from edge.runtime.interpreter import RUNTIMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.system import System

_SENSOR = "/sys/class/thermal/thermal_zone0/temp"
_SLOWED_NOW = 0b1111
"""Bits of the firmware's word: under-voltage, capped, throttled, soft limit of temperature, each at this moment."""
_LOOK_S = 1.0
_MUCH_SHARE = 0.1
_BUSY_FIELDS = (0, 1, 2, 5, 6, 7)
"""Of ``/proc/stat``, see proc(5): user, nice, system, irq, softirq, steal."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What figures belong to: the board or processor, what runs the models, and which Edge asked them to."""

    name: str
    cores: int
    runtime: str
    python: str
    edge: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """How it went meanwhile; None where the machine does not say.

    ``temperature_c`` is the highest of the processor, ``throttled`` whether heat or low voltage slowed it down at any
    time, ``others_busy_cores`` how many cores programs other than this one kept busy, ``service_runs`` whether the
    appliance itself was at work beside.
    """

    temperature_c: float | None
    throttled: bool | None
    others_busy_cores: float | None
    service_runs: bool


def this_machine(system: System) -> Machine:
    """The machine, by the name that its device tree or its processor gives it."""
    named = re.search(r"^model name\s*:\s*(.+)$", system.read("/proc/cpuinfo"), re.MULTILINE)
    name = system.read("/proc/device-tree/model") or (named[1] if named else system.machine)
    return Machine(name, _cores(), _runtime(), platform.python_version(), __version__)


def warnings_of(conditions: Conditions, machine: Machine) -> Iterator[str]:
    """Why figures taken under ``conditions`` are not what the machine can do, a sentence each, and what to do."""
    if conditions.service_runs:
        yield (
            "the service edge runs at the same time, so figures are too high; before: sudo systemctl stop edge, "
            "after: sudo systemctl start edge"
        )
    others = conditions.others_busy_cores
    if others is not None and others > _MUCH_SHARE * machine.cores:
        yield f"other programs kept {others:.1f} of {machine.cores} cores busy; end them and measure again"
    if conditions.throttled:
        yield "the machine was slowed down by heat or low voltage meanwhile; edge doctor says by which"
    if conditions.temperature_c is not None and conditions.temperature_c >= HOT_C:
        yield (
            f"the processor got {conditions.temperature_c:.0f} °C hot; a Raspberry Pi slows down from {HOT_C:.0f} °C "
            "on: give it a heat sink or a fan, and air"
        )


class Watch:
    """Looks at a machine from time to time while it is measured."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._service_runs = unit_of(system).is_active
        self._temperatures_c: list[float] = []
        self._throttled: bool | None = None
        self._began_s, self._busy_s, self._own_s = time.monotonic(), _busy_s(system), _own_s()
        self._next_s = 0.0

    def look(self) -> None:
        """Note heat and throttling, once a second at most."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _LOOK_S
        with suppress(ValueError):  # there is no sensor, or it has nothing to say
            self._temperatures_c.append(int(self._system.read(_SENSOR)) / 1000)
        word = firmware_word(self._system)
        if word is not None:
            self._throttled = bool(word & _SLOWED_NOW) or bool(self._throttled)

    def conditions(self) -> Conditions:
        """What was seen from the beginning to now; children that are to count as this program have been waited for."""
        busy_s, passed_s = _busy_s(self._system), time.monotonic() - self._began_s
        others = None
        if busy_s is not None and self._busy_s is not None:
            others = round(max(0.0, (busy_s - self._busy_s - (_own_s() - self._own_s)) / passed_s), 2)
        hottest_c = max(self._temperatures_c, default=None)
        return Conditions(hottest_c, self._throttled, others, self._service_runs)


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


def _runtime() -> str:
    """The TFLite runtime that runs the models, with its version."""
    for module in RUNTIMES:
        with suppress(ImportError):
            import_module(module)
            package = module.partition(".")[0].replace("_", "-")
            with suppress(PackageNotFoundError):
                return f"{package} {version(package)}"
            return package
    return "none"


def _own_s() -> float:
    """Processor time of this process and of the children it has waited for."""
    return sum(os.times()[:4])


def _busy_s(system: System) -> float | None:
    """Processor time of all cores since the start of the machine."""
    name, *ticks = (system.read("/proc/stat").partition("\n")[0]).split() or [""]
    if name != "cpu":
        return None
    return sum(int(ticks[field]) for field in _BUSY_FIELDS) / os.sysconf("SC_CLK_TCK")
