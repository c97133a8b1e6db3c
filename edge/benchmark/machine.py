"""What figures belong to: the machine, by name, and what runs the models on it."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge import __version__
from edge.runtime.interpreter import runtime_release

if TYPE_CHECKING:
    from edge.doctor.system import System


@dataclass(frozen=True, slots=True)
class Machine:
    """The board or processor, how many of its cores may be used, what runs the models, and which Edge asked them to."""

    name: str
    cores: int
    runtime: str
    python: str
    edge: str


def this_machine(system: System) -> Machine:
    """The machine, by the name that its device tree or its processor gives it."""
    named = re.search(r"^model name\s*:\s*(.+)$", system.read("/proc/cpuinfo"), re.MULTILINE)
    name = system.read("/proc/device-tree/model") or (named[1] if named else system.machine)
    cores = len(os.sched_getaffinity(0))
    return Machine(name, cores, runtime_release(), platform.python_version(), __version__)
