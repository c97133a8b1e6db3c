"""An update as apt makes it, and a watch whose clock is the test's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from edge_appliance.keep_package import keep_packages
from edge_appliance.probation import Times
from edge_appliance.watch_update import watch

if TYPE_CHECKING:
    from tests.appliance.updated_machine import UpdatedMachine

OLD, NEW, NEWER = "1.0+deb12", "1.1+deb12", "1.2+deb12"
PIN = "etc/apt/preferences.d/edge-appliance"
STATE = "var/lib/edge-appliance"
TIMES = Times(well_s=150, limit_s=300, look_s=3, most_restarts=5)


class Clock:
    """Time passes only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Let it pass."""
        self.now_s += seconds
        assert self.now_s < 3600, "it never ends"


def watch_to_the_end(machine: UpdatedMachine) -> float:
    """Watch until nothing is pending; the seconds that it took."""
    clock = Clock()
    watch(machine.system, TIMES, clock, clock.sleep)
    return clock.now_s


def update(machine: UpdatedMachine, version: str, service: dict[str, str], *, upcoming: str = "") -> None:
    """As apt does it; ``upcoming``: its hook has seen that version already, and it is not unpacked yet."""
    assert keep_packages(machine.system, [f"{machine.package(upcoming or version)}\n"])
    machine.version, machine.service = version, service


def rolled_back(machine: UpdatedMachine) -> dict[str, object]:
    """What is remembered of the version that did not work."""
    found: dict[str, object] = json.loads(machine.read(f"{STATE}/rolled-back.json"))
    return found


def kept(machine: UpdatedMachine) -> set[str]:
    """The versions whose packages are kept."""
    return {path.name.split("_")[1] for path in (machine.root / STATE / "packages").iterdir()}
