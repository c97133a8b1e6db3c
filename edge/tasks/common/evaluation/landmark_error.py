"""How far landmarks are off, in units of what they are of: hands and faces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.evaluation.figure import mean_figure
from edge.tracking.association import best_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from edge.tasks.common.evaluation.entry import Annotation
    from edge.tasks.common.evaluation.figure import Figure
    from edge.types import FloatArray

_LEAST_UNIT_PX = 1.0
_SAME_WITHIN = 1.0
"""What is further off, in units, is something else."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is to be found.

    ``rows`` ``(n,)`` are the numbers of the landmarks that are labelled, ``places`` ``(n, 2) float32`` where they are:
    x, y in pixels. Errors are told in ``unit_px``.

    Raises:
        ValueError: the unit is too small to tell anything in.
    """

    rows: NDArray[np.intp]
    places: FloatArray
    unit_px: float

    def __post_init__(self) -> None:
        if self.unit_px < _LEAST_UNIT_PX:
            raise ValueError(f"what measures it is {self.unit_px:.3g} pixels long, less than one")

    def of_the_first(self, count: int) -> Target:
        """The same with those of the first ``count`` landmarks alone."""
        known = self.rows < count
        return replace(self, rows=self.rows[known], places=self.places[known])

    def error(self, landmarks: FloatArray) -> float:
        """The mean distance of all landmarks ``(m, 2)`` x, y in pixels from where they are, in units."""
        return float(np.hypot(*(landmarks[self.rows] - self.places).T).mean() / self.unit_px)


def labelled_places(one: Annotation, rows: Mapping[str, int]) -> tuple[NDArray[np.intp], FloatArray]:
    """The numbers and places of the landmarks that an annotation has, by their names.

    Raises:
        ValueError: it has names that are none.
    """
    unknown = [name for name in one.names if name not in rows]
    if unknown:
        raise ValueError(f"has a keypoint {unknown[0]!r}, which is none of this task")
    numbers = np.array([rows[name] for name in one.names], np.intp)
    return numbers[one.labelled], one.keypoints[one.labelled, :2]


def errors(targets: Sequence[Target], found: Sequence[FloatArray]) -> tuple[float | None, ...]:
    """The error of each target with what was found of it, in units; None where nothing was.

    Targets and what is found are paired so that errors are least in all; each is one of the other at most.
    """
    table = np.array([[one.error(landmarks) for landmarks in found] for one in targets], np.float32)
    table = table.reshape(len(targets), len(found))
    pairs = best_pairs(np.maximum(_SAME_WITHIN - table, 0.0).astype(np.float32), 0.0)
    return tuple(float(table[row, pairs[row]]) if row in pairs else None for row in range(len(targets)))


def error_figures(name: str, judged: Sequence[Sequence[float | None]], of: str) -> tuple[Figure, ...]:
    """The mean error of those found, and the share of those found."""
    all_errors = [error for one in judged for error in one]
    found = [error for error in all_errors if error is not None]
    shares = [float(error is not None) for error in all_errors]
    return mean_figure(name, found, of), mean_figure("found", shares, of)
