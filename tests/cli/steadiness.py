"""What a process uses while it runs, and whether it becomes more."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_POINTS = 60
_SURE = 1.96
"""Standard deviations to either side that hold 95 in 100."""
_S_PER_H = 3600.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process uses at a time of ``time.monotonic``."""

    at_s: float
    memory_mib: float
    descriptors: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """What the kernel says of a process; memory is what of it is resident.

        Raises:
            OSError: it is gone.
        """
        folder = Path(f"/proc/{pid}")
        pages = int((folder / "statm").read_text().split()[1])
        memory_mib = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
        return cls(time.monotonic(), memory_mib, _count(folder / "fd"), _count(folder / "task"))


@dataclass(frozen=True, slots=True)
class Trend:
    """By how much something grows in an hour: most likely, and from where to where in 95 of 100 cases."""

    an_hour: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.an_hour:+.1f} ({self.low:+.1f} to {self.high:+.1f})"


def trend(times_s: Sequence[float], values: Sequence[float]) -> Trend:
    """The slope by Theil (1950), the median of those between all pairs of points, with the bounds by Sen (1968).

    Neighbours are not independent of each other, so of many values the medians of 60 stretches are the points.
    """
    count = min(_MOST_POINTS, len(values))
    points_s, points = (
        np.array([np.median(part) for part in np.array_split(np.asarray(given), count)]) for given in (times_s, values)
    )
    first, second = np.triu_indices(count, 1)
    slopes = np.sort((points[second] - points[first]) / (points_s[second] - points_s[first])) * _S_PER_H
    reach = _SURE * np.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low = max(0, round((len(slopes) - reach) / 2))
    high = min(len(slopes) - 1, round((len(slopes) + reach) / 2))
    return Trend(float(np.median(slopes)), float(slopes[low]), float(slopes[high]))


def growth(values: Sequence[float]) -> float:
    """The median of the last fifth less that of the first."""
    fifth = max(1, len(values) // 5)
    return float(np.median(values[-fifth:]) - np.median(values[:fifth]))


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())
