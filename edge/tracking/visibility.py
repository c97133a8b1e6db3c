"""Which keypoints count as seen: steady scores, entered and left at different thresholds, held a while."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class VisibilityParameters:
    """``window_s`` is the time constant of the scores' average; a seen keypoint stays so ``hold_s`` below ``exit``."""

    window_s: float = 0.2
    enter: float = 0.3
    exit: float = 0.15
    hold_s: float = 0.3


class KeypointVisibility:
    """Averages the scores of a person's keypoints and decides which are seen."""

    def __init__(self, scores: Sequence[float], time_s: float, parameters: VisibilityParameters) -> None:
        self.parameters = parameters
        self.scores = list(scores)
        """Of each keypoint, averaged; the next update writes on it."""
        self.seen = [score >= parameters.enter for score in scores]
        self._good_s = [time_s] * len(self.scores)
        """When the score of each was last good enough to stay."""
        self._time_s = time_s

    def update(self, scores: Sequence[float], time_s: float) -> None:
        """Take in the scores at ``time_s`` (growing)."""
        p, step_s, self._time_s = self.parameters, time_s - self._time_s, time_s
        weight = 1.0 if p.window_s <= 0 else 1 - exp(-step_s / p.window_s)
        averages, seen, good_s, oldest_s = self.scores, self.seen, self._good_s, time_s - p.hold_s
        enter, exit_score = p.enter, p.exit
        for index, score in enumerate(scores):
            average = averages[index]
            averages[index] = average = average + (score - average) * weight
            if average >= exit_score:
                good_s[index] = time_s
            elif good_s[index] < oldest_s:
                seen[index] = False
            if average >= enter:
                seen[index] = True
