"""What is examined: a machine, and the configuration that the appliance has on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.config.settings import Settings
    from edge.doctor.system import System
    from edge.errors import Problem
    from edge.tasks.classification.stated_input import StatedInput
    from edge.types import TaskName


class SkipError(Exception):
    """A check has nothing to look at, or cannot; the text says why."""


class Choice(Protocol):
    """The model that a task runs; ``notice`` says so where it is not the one that is configured."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> Path: ...  # noqa: D102
    @property
    def labels(self) -> Path | None: ...  # noqa: D102
    @property
    def stated(self) -> StatedInput: ...  # noqa: D102
    @property
    def notice(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force: those of ``file`` (None: there is none), or the defaults where it has ``problems``.

    ``choose_model`` is how the daemon finds the model of a task, ``device_id`` its name in the topics.
    """

    file: Path | None
    settings: Settings
    problems: tuple[Problem, ...]
    choose_model: Callable[[TaskName, Settings], Choice]
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
