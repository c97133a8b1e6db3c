"""How evenly a model treats groups."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean of the groups' figures, their standard deviation (of these groups, not of a sample), and their range."""

    mean: float
    deviation: float
    lowest: float
    highest: float

    @property
    def greatest_difference(self) -> float:
        """Between the best and the worst group."""
        return self.highest - self.lowest


def spread(values: Sequence[float]) -> Spread | None:
    """Of one figure of each group; None of fewer than two groups."""
    if len(values) < 2:  # noqa: PLR2004  # one group differs from none
        return None
    return Spread(statistics.fmean(values), statistics.pstdev(values), min(values), max(values))
