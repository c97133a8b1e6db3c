"""What was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.evaluate.fairness import spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.evaluate.fairness import Spread
    from edge.tasks.common.evaluation.figure import Figure
    from edge.types import TaskName


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one model in one mode, over all data and of each group by its name; no groups, no names."""

    model: str
    mode: str
    figures: tuple[Figure, ...]
    groups: Mapping[str, tuple[Figure, ...]]

    def fairness(self) -> dict[str, Spread]:
        """How far the groups are apart in each figure that at least two of them have."""
        found = {figure.name: spread(self._of_groups(figure.name)) for figure in self.figures}
        return {name: one for name, one in found.items() if one is not None}

    def _of_groups(self, name: str) -> list[float]:
        figures = [figure for group in self.groups.values() for figure in group]
        return [figure.value for figure in figures if figure.name == name and figure.value is not None]


@dataclass(frozen=True, slots=True)
class Report:
    """All models on one data set of so many ``entries``; ``problems`` has a sentence for all that was left out.

    ``dataset`` is its name, ``path`` where it lies, as it was given.
    """

    task: TaskName
    dataset: str
    path: str
    entries: int
    measured: tuple[Measured, ...]
    problems: tuple[str, ...]
