"""The tasks, one line each. Whoever treats each task in its own way asks here, and names none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from edge.config.conflict import Rule
    from edge.tasks.parts import (
        Discovery,
        Evaluation,
        Events,
        Messages,
        Metrics,
        Painter,
        Processing,
        TaskSettings,
        Trace,
        Words,
    )
    from edge.types import TaskName


@dataclass(frozen=True, slots=True)
class Task:
    """A task is a package with a module for each of its parts, see :mod:`edge.tasks.parts`.

    A part is imported when it is first asked for: who reads messages need not wait for OpenCV.
    """

    package: str

    @property
    def name(self) -> TaskName:
        """As in its section of the configuration and in its topics."""
        return self.package.rpartition(".")[2]

    @property
    def section(self) -> type[TaskSettings]:
        """The class of its settings."""
        return cast("type[TaskSettings]", self._part("settings").SECTION)

    @property
    def runs_by_default(self) -> bool:
        """Whether it runs where nothing is configured."""
        return self.section().enabled

    def has_key(self, name: str) -> bool:
        """Whether its section has such a key."""
        return hasattr(self.section, name)

    @property
    def conflicts(self) -> Rule:
        """What must hold between its keys, and between them and others."""
        return cast("Rule", self._part("settings").conflicts)

    @property
    def events(self) -> Events:
        """What of its results is news."""
        return cast("Events", self._part("events"))

    @property
    def messages(self) -> Messages:
        """What its messages say."""
        return cast("Messages", self._part("messages"))

    @property
    def discovery(self) -> Discovery:
        """What Home Assistant shows of it."""
        return cast("Discovery", self._part("discovery"))

    @property
    def shows_people(self) -> bool:
        """Whether its painter draws where people are, and nothing else: shown even where no picture may be."""
        return self._painter.SHOWS_PEOPLE

    def new_painter(self) -> Painter:
        """What draws a result of its, or a run of them, picture after picture."""
        return self._painter()

    @property
    def _painter(self) -> type[Painter]:
        return cast("type[Painter]", self._part("painter").Painter)

    @property
    def processing(self) -> Processing[object, object]:
        """Its models, and what is around them; the observers of its own ``load`` and its trace only."""
        return cast("Processing[object, object]", self._part("processor"))

    @property
    def trace(self) -> Trace[object, object]:
        """What a trace holds of it: what its own observers say."""
        return cast("Trace[object, object]", self._part("trace"))

    def new_metrics(self) -> Metrics:
        """How steady its results are: what will be measured of those to come."""
        return cast("type[Metrics]", self._part("metrics").Metrics)()

    @property
    def can_be_evaluated(self) -> bool:
        """Whether there is a way to judge it by labelled data."""
        return find_spec(f"{self.package}.evaluation") is not None

    @property
    def evaluation(self) -> Evaluation:
        """How good its results are where the truth is known; only of one that can be evaluated."""
        return cast("Evaluation", self._part("evaluation"))

    @property
    def words(self) -> Words:
        """What a terminal says of it."""
        return cast("Words", self._part("words"))

    def load_for_work(self) -> None:
        """Import all that a running daemon asks for, so that no result has to wait for a card to be read."""
        for name in ("events", "messages", "discovery", "painter", "processor"):
            _part(self.package, name)

    def _part(self, name: str) -> ModuleType:
        return _part(self.package, name)


@cache
def _part(package: str, name: str) -> ModuleType:
    return import_module(f"{package}.{name}")


_TASKS = (
    Task("edge.tasks.pose"),
    Task("edge.tasks.classification"),
    Task("edge.tasks.action"),
    Task("edge.tasks.hands"),
    Task("edge.tasks.face"),
)


_BY_NAME = MappingProxyType({task.name: task for task in _TASKS})


def tasks() -> Mapping[TaskName, Task]:
    """All tasks by name, in their usual order."""
    return _BY_NAME
