"""The computer: word size, pages of memory, the clock, room on the card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.folders import SERVICE_STATE, store_folder
from edge.doctor.checks.coral_driver import is_on_pcie
from edge.doctor.finding import Finding, failed, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

SMALL_PAGES = "add the line kernel=kernel8.img to /boot/firmware/config.txt and reboot: that kernel has 4 KiB pages"

_BITS = 64
_MACHINES = ("aarch64", "x86_64", "arm64")
_SMALL_PAGE_BYTES = 4096
_FIRST_YEAR, _LAST_YEAR = 2026, 2040
_LOW_BYTES, _SCARCE_BYTES = 100e6, 500e6
_COMMAND_S = 5.0


def bits(subject: Subject) -> Iterator[Finding]:
    """TFLite's runtime exists for 64 bits only; a 64-bit kernel may still carry 32-bit programs."""
    name, system = "system.bits", subject.system
    if system.bits != _BITS:
        yield failed(
            name,
            f"this Python is a {system.bits}-bit program (the processor is {system.machine}), and there is no TFLite "
            "runtime for it",
            "install the 64-bit Raspberry Pi OS on the card; a system cannot be turned from 32 to 64 bit",
        )
    elif system.machine not in _MACHINES:
        why = f"64 bit, but nobody has tried Edge on {system.machine}"
        yield warning(name, why, f"use one of {', '.join(_MACHINES[:2])}")
    else:
        yield ok(name, f"64 bit, {system.machine}")


def page_size(subject: Subject) -> Iterator[Finding]:
    """The Pi 5's own kernel has pages of 16 KiB: the runtime's wheels are laid out for that, the Coral's driver not."""
    name, system = "system.page_size", subject.system
    size = f"{system.page_bytes // 1024} KiB"
    if system.page_bytes == _SMALL_PAGE_BYTES:
        yield ok(name, f"memory comes in pages of {size}")
    elif is_on_pcie(system):
        yield failed(name, f"memory comes in pages of {size}; a Coral on PCIe needs 4 KiB", SMALL_PAGES)
    else:
        yield ok(name, f"memory comes in pages of {size}; TFLite's runtime can do that, a Coral on PCIe could not")


def clock(subject: Subject) -> Iterator[Finding]:
    """Wall time stands in every message, and certificates are judged by it."""
    name, system = "system.clock", subject.system
    now = system.now()
    says = f"it is {now:%Y-%m-%d %H:%M} UTC"
    if not _FIRST_YEAR <= now.year <= _LAST_YEAR:
        yield failed(
            name,
            f"the clock is wrong: {says}",
            "connect the network and run: sudo timedatectl set-ntp true (a Pi before the 5 has no clock of its own)",
        )
        return
    asked = system.run(("timedatectl", "show", "--property=NTPSynchronized", "--value"), _COMMAND_S)
    if asked.status == 0 and asked.text == "no":
        yield warning(
            name,
            f"the clock is set by nobody; {says}",
            "run: sudo timedatectl set-ntp true; the network must let UDP port 123 out",
        )
    else:
        known = "set over the network" if asked.text == "yes" else "who sets the clock is not known"
        yield ok(name, f"{says}, {known}")


def disk(subject: Subject) -> Iterator[Finding]:
    """Room for models and for what the service keeps."""
    name, folder = "system.disk", _store(subject.system)
    free = subject.system.free_bytes(folder)
    why = f"{free / 1e6:,.0f} MB are free for {folder}"
    remedy = "free some: sudo apt-get clean; sudo journalctl --vacuum-size=100M; or use a larger card"
    if free < _LOW_BYTES:
        yield failed(name, why, remedy)
    elif free < _SCARCE_BYTES:
        yield warning(name, why, remedy)
    else:
        yield ok(name, why)


def writable(subject: Subject) -> Iterator[Finding]:
    """A card that wears out is mounted read-only by the kernel."""
    name, system = "system.writable", subject.system
    folders = [_store(system), Path("/etc/edge")]
    locked = [folder for folder in folders if "ro" in _mount_options(system, folder)]
    if locked:
        yield failed(
            name,
            f"the file system of {' and '.join(map(str, locked))} is mounted read-only",
            "look for the reason with: sudo dmesg | grep -iE 'ext4|mmc'; replace a worn card, or switch the "
            "overlay file system off in raspi-config",
        )
    else:
        yield ok(name, f"{' and '.join(map(str, folders))} are on file systems that can be written")


def _store(system: System) -> Path:
    return store_folder(system.environ, system.path(str(SERVICE_STATE)))


def _mount_options(system: System, folder: Path) -> list[str]:
    """The options of the file system that ``folder`` is on: of the deepest place to mount above it, the last one."""
    best, options = "", ""
    for line in system.read("/proc/mounts").splitlines():
        fields = line.split()
        place = fields[1].replace("\\040", " ")
        if folder.is_relative_to(place) and len(place) >= len(best):
            best, options = place, fields[3]
    return options.split(",")
