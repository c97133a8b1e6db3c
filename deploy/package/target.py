"""What a package is built for: a release of Debian and an architecture."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import dataclass

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""Debian's architectures by the names that wheels have for them."""

_OLDEST_GLIBC = 17
"""Of the manylinux wheels: 2.17."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A release of Debian, and what of it the wheels have to fit."""

    name: str
    number: int
    python: tuple[int, int]
    glibc: int
    """The minor version, of 2."""
    has_drop_ins: bool
    """Whether its systemd knows what the drop-ins of ``systemd/`` say: 254 and newer."""


SUITES = {
    suite.name: suite
    for suite in (
        Suite("bookworm", 12, (3, 11), 36, has_drop_ins=False),
        Suite("trixie", 13, (3, 13), 41, has_drop_ins=True),
    )
}


@dataclass(frozen=True, slots=True)
class Target:
    """A release and an architecture of it (Debian's name)."""

    suite: Suite
    architecture: str

    @property
    def python(self) -> str:
        """Its Python, as in ``3.11``."""
        return ".".join(map(str, self.suite.python))

    @property
    def machine(self) -> str:
        """The architecture as the kernel calls it."""
        return MACHINES[self.architecture]

    @property
    def platforms(self) -> list[str]:
        """The platforms whose wheels it can run, newest first."""
        newest_first = range(self.suite.glibc, _OLDEST_GLIBC - 1, -1)
        return [f"manylinux_2_{minor}_{self.machine}" for minor in newest_first] + [f"manylinux2014_{self.machine}"]


def this_suite() -> str:
    """The release this machine runs, if there are packages for it, else the older one."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    return codename if codename in SUITES else "bookworm"


def this_architecture() -> str:
    """The architecture this machine installs packages of."""
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
