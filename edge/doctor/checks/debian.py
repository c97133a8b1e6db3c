"""What Debian's package manager knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.doctor.system import System

_COMMAND_S = 4.0


def package_version(system: System, name: str) -> str:
    """The version of a package; empty where it is not installed, or not known."""
    asked = system.run(("dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", name), _COMMAND_S)
    status, _, version = asked.text.partition(" ")
    return version if asked.status == 0 and status not in {"not-installed", "config-files"} else ""
