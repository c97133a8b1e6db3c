"""What is examined: a machine, and the configuration that the appliance has on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from edge.config.sections import Settings
    from edge.doctor.system import System
    from edge.errors import Problem


class SkipError(Exception):
    """A check has nothing to look at, or cannot; the text says why."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force: those of ``file`` (None: there is none), or the defaults where it has ``problems``.

    ``device_id`` is the appliance's name in the topics.
    """

    file: Path | None
    settings: Settings
    problems: tuple[Problem, ...]
    device_id: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A machine and its configuration; None where that cannot even be read, because packages are broken."""

    system: System
    known: Configuration | None

    @property
    def configuration(self) -> Configuration:
        """The configuration.

        Raises:
            SkipError: it is not known.
        """
        if self.known is None:
            raise SkipError("needs the configuration, which broken packages keep from being read")
        return self.known

    @property
    def settings(self) -> Settings:
        """The settings in force.

        Raises:
            SkipError: they are not known.
        """
        return self.configuration.settings
