"""A Coral on a booted machine that has none: what the kernel would show of it, and a stand-in for its library.

The package, its unit and all that the unit denies stay as they are.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.edgetpu.sysfs import Sysfs
from tests.standin.control import PORT, Control

if TYPE_CHECKING:
    from pathlib import Path

    from tests.booted.machine import Machine

_FOLDER = "/run/edge-test"
_NODES = "/dev/bus/usb/002"
_USB_MAJOR, _FIRST_MINOR = 189, 127


@dataclass(frozen=True)
class Coral:
    """A stick that is not plugged in yet; :func:`with_usb` makes it. ``library`` is told what goes wrong."""

    machine: Machine
    sysfs: Sysfs
    library: Control

    def plug_in(self) -> None:
        """Attach it; its node is as udev, which no container has, leaves it."""
        self.sysfs.plug()
        number = int(self.machine.ask("cat", f"/sys/bus/usb/devices/{PORT}/devnum"))
        node = f"{_NODES}/{number:03d}"
        self.machine.ask("mkdir", "-p", _NODES)
        self.machine.ask("mknod", "--mode=660", node, "c", str(_USB_MAJOR), str(_FIRST_MINOR + number))
        self.machine.ask("chgrp", "plugdev", node)
        self.library.attach(*self.sysfs.attached())
        self.library.behave()

    def unplug(self) -> None:
        """Pull it out: transfers fail, and there is none any more."""
        self.sysfs.unplug()
        self.library.attach()
        self.library.misbehave("invoke", "abort")
        self.machine.ask("rm", "-r", _NODES)


def with_usb(machine: Machine) -> Coral:
    """Give a machine a USB to which nothing is attached."""
    machine.ask("mkdir", "-p", _FOLDER)
    sysfs, library = Sysfs(machine.path(_FOLDER)), Control(machine.path(f"{_FOLDER}/edgetpu"))
    machine.ask("mount", "--bind", f"{_FOLDER}/sys/bus", "/sys/bus")
    return Coral(machine, sysfs, library)


def install_library(machine: Machine, library: Path) -> None:
    """Put it where the package of libedgetpu does."""
    folder = machine.ask("sh", "-c", "echo /usr/lib/*-linux-gnu")
    shutil.copy(library, machine.path(f"{folder}/{library.name}"))
    machine.ask("ldconfig")
