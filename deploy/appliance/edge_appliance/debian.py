"""What dpkg knows and does."""

from __future__ import annotations

import fcntl
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from edge_appliance.limited_commands import Output
    from edge_appliance.system import System

PACKAGE = "edge-vision"
DPKG = ("dpkg", "--force-confdef", "--force-confold")
NO_QUESTIONS = {"DEBIAN_FRONTEND": "noninteractive"}
NOT_BY_SYSTEMD = {**NO_QUESTIONS, "SYSTEMD_OFFLINE": "1"}
"""Maintainer scripts start and restart nothing: at boot systemd would wait for us, and the scripts for systemd."""
CONFIGURE_S, INSTALL_S, CONFIGURE_ALL_S = 150.0, 600.0, 1800.0
"""Long enough for all others: whoever is ended in the middle of a kernel may leave a machine that does not boot."""
_LOCKS = ("/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock")
_FLOCK = struct.Struct("hhqqi4x")
"""``struct flock`` of fcntl(2) on machines of 64 bits."""
_AT_REST = frozenset({"installed", "config-files", "not-installed"})
_INSTALLED = re.compile(r"([a-z]+) ([a-z-]+)(?: (\S+))?")
_NONE_FOUND = 1
_MARGIN_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Installed:
    """What is installed of a package, ``version`` "" where it never was; ``status`` is dpkg's word."""

    version: str = ""
    status: str = "not-installed"
    want: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether its installation has come to an end."""
        return self.status == "installed"

    @property
    def is_wanted(self) -> bool:
        """Whether somebody wants it to be there."""
        return bool(self.version) and self.status != "config-files" and self.want not in {"deinstall", "purge"}


@dataclass(frozen=True, slots=True)
class Archive:
    """A .deb file; ``installed_bytes`` is what its files take when they are unpacked."""

    path: Path
    package: str
    version: str
    architecture: str
    installed_bytes: int

    @property
    def file_name(self) -> str:
        """The name by which such a file is found again."""
        return file_name(self.version, self.architecture)


def file_name(version: str, architecture: str) -> str:
    """As apt calls a package's file in its cache."""
    return f"{PACKAGE}_{version.replace(':', '%3a')}_{architecture}.deb"


def installed(system: System) -> Installed | None:
    """What is installed of edge-vision; None where dpkg does not say: no answer in time, a database in pieces."""
    form = "--showformat=${db:Status-Want} ${db:Status-Status} ${Version}\n"
    said = system.run("dpkg-query", "--show", form, PACKAGE)
    if said.status == _NONE_FOUND and not said.text:
        return Installed()
    found = _INSTALLED.fullmatch(said.text) if said.is_well else None
    return Installed(found[3] or "", found[2], found[1]) if found else None


def is_complete(system: System) -> bool:
    """Whether edge-vision is whole, or nobody wants it to be there."""
    found = installed(system)
    return found is not None and (found.is_whole or not found.is_wanted)


def read_archive(system: System, path: Path) -> Archive | None:
    """What a .deb file says of itself; None where it cannot be read."""
    fields = ("Package", "Version", "Architecture", "Installed-Size")
    said = system.run("dpkg-deb", "--field", str(path), *fields)
    found = dict(line.split(": ", 1) for line in said.text.splitlines() if ": " in line)
    if not said.is_well or not {"Package", "Version", "Architecture"} <= set(found):
        return None
    size_kib = found.get("Installed-Size", "0")
    size_bytes = int(size_kib) * 1024 if size_kib.isdecimal() else 0
    return Archive(path, found["Package"], found["Version"], found["Architecture"], size_bytes)


def is_later(system: System, version: str, other: str, *, or_same: bool = False) -> bool:
    """Whether a version comes after another, as dpkg orders them."""
    return system.run("dpkg", "--compare-versions", version, "ge" if or_same else "gt", other).is_well


def is_at_work(system: System) -> bool:
    """Whether apt or dpkg is at work; nobody is kept from working by the question."""
    return any(_is_locked(system.path(name)) for name in _LOCKS)


def unfinished(system: System) -> list[str]:
    """The packages that an installation has left in the middle, by name."""
    said = system.run("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package}\n")
    words = [line.split(" ", 1) for line in said.text.splitlines() if " " in line]
    return [name for status, name in words if status not in _AT_REST]


def has_journal(system: System) -> bool:
    """Whether dpkg has changes of its database in a journal; only an interrupted one leaves it like that."""
    folder = system.path("/var/lib/dpkg/updates")
    return folder.is_dir() and any(folder.iterdir())


def lacking_bytes(system: System, archive: Archive) -> int:
    """How many bytes more have to be free to unpack an archive beside what is there and to keep a copy; 0: none."""
    wanted = archive.installed_bytes + archive.path.stat().st_size + _MARGIN_BYTES
    return max(0, wanted - system.free_bytes("/usr"))


def install(system: System, deb: Path, *, at_boot: bool = False) -> Output:
    """Put a package in the place of what is installed, be that newer or half there."""
    environ = NOT_BY_SYSTEMD if at_boot else NO_QUESTIONS
    return system.run(*DPKG, "--install", str(deb), limit_s=INSTALL_S, environ=environ)


def configure(system: System, *, at_boot: bool = False) -> Output:
    """Bring to an end the installation of edge-vision alone, where all of it is unpacked."""
    environ = NOT_BY_SYSTEMD if at_boot else NO_QUESTIONS
    return system.run(*DPKG, "--configure", PACKAGE, limit_s=CONFIGURE_S, environ=environ)


def configure_all(system: System) -> Output:
    """Bring to an end all that dpkg was in the middle of, as far as that can be done; at boot."""
    return system.run(*DPKG, "--configure", "--pending", limit_s=CONFIGURE_ALL_S, environ=NOT_BY_SYSTEMD)


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            asked = _FLOCK.pack(fcntl.F_WRLCK, 0, 0, 0, 0)
            answer: bytes = fcntl.fcntl(file, fcntl.F_GETLK, asked)
    except OSError:
        return False
    return bool(_FLOCK.unpack(answer)[0] != fcntl.F_UNLCK)
