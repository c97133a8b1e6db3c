"""Disk and memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

_MEMORY = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree", "CmaTotal", "CmaFree")
_REAL = ("ext4", "vfat", "btrfs", "xfs", "f2fs", "overlay", "tmpfs", "squashfs", "zram", "iso9660")
_OTHERS = ("/run/credentials", "/var/lib/docker")
_MEGA = 1e6
_SPACE = "\\040"


def lines(appliance: Appliance) -> Iterator[str]:
    """Each file system with its options and what is left, memory, load and how long the machine has been up."""
    system = appliance.system
    for line in system.read("/proc/mounts").splitlines():
        device, place, kind, options = (field.replace(_SPACE, " ") for field in line.split()[:4])
        if kind in _REAL and not place.startswith(_OTHERS):
            yield f"{place}: {kind} on {device}, {_room(appliance, place)}, {options}"
    memory = dict(line.partition(":")[::2] for line in system.read("/proc/meminfo").splitlines())
    yield ", ".join(f"{name} {memory[name].strip()}" for name in _MEMORY if name in memory)
    yield f"load {system.read('/proc/loadavg')}"
    yield f"up for {system.read('/proc/uptime').partition(' ')[0]} s"


def _room(appliance: Appliance, place: str) -> str:
    try:
        state = os.statvfs(appliance.system.path(place))
    except OSError as error:
        return f"not available: {error.strerror}"
    free, whole = (blocks * state.f_frsize / _MEGA for blocks in (state.f_bavail, state.f_blocks))
    return f"{free:,.0f} of {whole:,.0f} MB free, {state.f_favail:,} of {state.f_files:,} names"
