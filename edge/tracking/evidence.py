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
_MOST_LOOKS = 20
"""Of the mean of a newcomer's sureness; what was before fades."""


@dataclass(frozen=True, slots=True)
class EvidenceParameters:
    """Of the sureness of a person: from ``enter`` on one is followed.

    One is believed once the mean of n looks reaches ``enough + doubt / n``, all of them or the last one alone: the
    fewer looks, the more each must say. Somebody known is left out while the average over time is below ``exit``. 0:
    whoever is reported is there.
    """

    enter: float = 0.0
    enough: float = 0.0
    doubt: float = 0.0
    exit: float = 0.0

    def part(self, share: float) -> EvidenceParameters:
        """Those of somebody who asks for less."""
        return EvidenceParameters(share * self.enter, share * self.enough, share * self.doubt, share * self.exit)


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
        """Over time."""
        self._last = self._mean = sure
        self._looks = 1
        self._time_s = time_s

    def add(self, sure: float, time_s: float) -> None:
        """Take in how sure the person is at ``time_s`` (growing); a moment counts once."""
        step_s, self._time_s = time_s - self._time_s, time_s
        if step_s <= 0:
            return
        self._last = sure
        self.average += (sure - self.average) * (1 - exp(-step_s / _WINDOW_S))
        self._looks = min(self._looks + 1, _MOST_LOOKS)
        self._mean += (sure - self._mean) / self._looks

    def is_enough(self, limits: EvidenceParameters) -> bool:
        """Whether a newcomer is to be believed."""
        return self._mean >= limits.enough + limits.doubt / self._looks or self._last >= limits.enough + limits.doubt
