"""The service Edge, as systemd is asked about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_appliance.probation import PROPERTIES, Service

if TYPE_CHECKING:
    from edge_appliance.system import System

UNIT = "edge.service"


def service(system: System) -> Service:
    """What systemd says of it now."""
    said = system.run("systemctl", "show", UNIT, f"--property={','.join(PROPERTIES)}")
    return Service(dict(line.split("=", 1) for line in said.text.splitlines() if "=" in line))


def is_enabled(system: System) -> bool:
    """Whether it is to start at boot."""
    return system.run("systemctl", "is-enabled", "--quiet", UNIT).is_well


def start(system: System) -> None:
    """Have it started, and wait for nothing."""
    system.run("systemctl", "start", "--no-block", UNIT)
