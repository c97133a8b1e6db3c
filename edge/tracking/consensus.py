"""Labels that do not flicker: scores averaged over time, entered and left at different thresholds, held a while."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import FloatArray


@dataclass(frozen=True, slots=True)
class ConsensusParameters:
    """``window_s`` is the time constant of the average; a settled label stays at least ``hold_s``."""

    window_s: float = 1.0
    enter: float = 0.5
    exit: float = 0.3
    hold_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Consensus:
    """The class that is settled, and since when (the ``time_s`` of the update that settled it)."""

    index: int
    since_s: float


class LabelConsensus:
    """Settles on a class when its average score is high for long enough, and on nothing otherwise.

    The average starts at nothing, so a label needs time to settle even when the first score is high. A settled class is
    left when its average falls below ``exit``, or when another reaches ``enter`` and exceeds it; never before
    ``hold_s`` has passed.
    """

    def __init__(self, parameters: ConsensusParameters) -> None:
        self._parameters = parameters
        self._average: FloatArray | None = None
        self._time_s = 0.0
        self._settled: Consensus | None = None

    def tune(self, parameters: ConsensusParameters) -> None:
        """Go on with other parameters; what is settled stays until they say otherwise."""
        self._parameters = parameters

    def forget(self) -> None:
        """Start again from nothing."""
        self._average = None
        self._settled = None

    def update(self, scores: FloatArray, time_s: float) -> Consensus | None:
        """Take in ``(classes,) float32`` scores at ``time_s`` (growing); the settled class or None."""
        average = self._average_with(scores, time_s)
        self._settled = self._decide(average, time_s)
        return self._settled

    def _average_with(self, scores: FloatArray, time_s: float) -> FloatArray:
        if self._average is None:
            self._average, self._time_s = np.zeros_like(scores), time_s
        step_s, self._time_s = time_s - self._time_s, time_s
        window_s = self._parameters.window_s
        weight = 1.0 if window_s <= 0 else 1 - math.exp(-step_s / window_s)
        self._average += (np.nan_to_num(scores) - self._average) * np.float32(weight)
        return self._average

    def _decide(self, average: FloatArray, time_s: float) -> Consensus | None:
        settled, parameters = self._settled, self._parameters
        best = int(average.argmax())
        entering = Consensus(best, time_s) if average[best] >= parameters.enter else None
        if settled is None:
            return entering
        stays = average[settled.index] >= parameters.exit
        if (settled.index == best and stays) or time_s - settled.since_s < parameters.hold_s:
            return settled
        if entering is not None:
            return entering
        return settled if stays else None
