"""Whether what a model reports is a person at all.

A mean score does not tell: in an empty room or in the dark a model may score all keypoints a little, and reach the mean
of somebody half hidden. Of a person, some keypoints are sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SURE_KEYPOINTS = 6
_WINDOW_S = 0.3
"""Time constant of the average of a known person's sureness."""


@dataclass(frozen=True, slots=True)
class EvidenceParameters:
    """Of the sureness of a person: with ``enter`` one is believed after a moment, with ``obvious`` at once.

    Somebody known is left out while the average over time is below ``exit``. 0: whoever is reported is there.
    """

    enter: float = 0.0
    obvious: float = 0.0
    exit: float = 0.0


def sureness(scores: Sequence[float]) -> float:
    """The mean of the six best scores of a person's keypoints."""
    total = 0.0
    for score in sorted(scores)[-_SURE_KEYPOINTS:]:
        total += score
    return total / _SURE_KEYPOINTS


class Evidence:
    """What speaks for one person over time, from the first sight on."""

    def __init__(self, sure: float, time_s: float) -> None:
        self.average = sure
        self._time_s = time_s

    def add(self, sure: float, time_s: float) -> None:
        """Take in how sure the person is at ``time_s`` (growing)."""
        step_s, self._time_s = time_s - self._time_s, time_s
        self.average += (sure - self.average) * (1 - exp(-step_s / _WINDOW_S))
