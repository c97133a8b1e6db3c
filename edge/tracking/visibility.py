"""Which keypoints count as seen: steady scores, entered and left at different thresholds, held a while."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class VisibilityParameters:
    """``window_s`` is the time constant of the scores' average; a seen keypoint stays so ``hold_s`` below ``exit``."""

    window_s: float = 0.2
    enter: float = 0.3
    exit: float = 0.15
    hold_s: float = 0.3


class Visibility:
    """Averages the scores of a person's keypoints and decides which are seen."""

    def __init__(self, scores: FloatArray, time_s: float, parameters: VisibilityParameters) -> None:
        self.parameters = parameters
        self.scores = scores.copy()
        """``(17,) float32``, averaged."""
        self.seen: BoolArray = scores >= parameters.enter
        self._last_good_s = np.full(scores.shape, time_s)
        self._time_s = time_s

    def update(self, scores: FloatArray, time_s: float) -> None:
        """Take in ``(17,) float32`` scores at ``time_s`` (growing)."""
        p, step_s, self._time_s = self.parameters, time_s - self._time_s, time_s
        weight = 1.0 if p.window_s <= 0 else 1 - math.exp(-step_s / p.window_s)
        self.scores = self.scores + (scores - self.scores) * np.float32(weight)
        self._last_good_s = np.where(self.scores >= p.exit, time_s, self._last_good_s)
        held = self.seen & (self._last_good_s >= time_s - p.hold_s)
        self.seen = held | (self.scores >= p.enter)
