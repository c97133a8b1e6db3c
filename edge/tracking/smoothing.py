"""Steady keypoints that are not late: a One Euro filter that knows where its points are going.

After Casiez, Roussel and Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012: a low-pass whose cut-off grows with speed. What is different here, because the points of a quantised
model shake in coarse steps, jump, and come at uneven times:

- Each point is expected to go on as it moves (an alpha-beta filter: position and speed follow the surprise), so that a
  steady motion is not late.
- Speed is that of both axes together, in sizes of the person a second, and opens the filter from ``noise_speed`` on:
  what seems slower is shaking.
- A surprise is believed up to ``jump_speed`` beyond the speed that is known. A limb that is mistaken for the other for
  one frame hardly moves; a real motion is followed.
- A person who moves is believed sooner than one who keeps still. Over all points together the two differ clearly.
- The less a point is scored, the slower it follows.
- Within one quantisation step of the model a still point stays where it is. The band closes as the point gains speed,
  so it adds no lag.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from edge.types import FloatArray

ComplexArray: TypeAlias = NDArray[np.complex64]

_LEAST_TRUST = 0.05
_TINY = np.float32(1e-6)
_FADE_S = 0.5
"""Time in which the rest of a speed that counts as none is forgotten."""
_LONGEST_STEP_S = 0.25
"""Nothing is expected to go on as it moved for longer."""


@dataclass(frozen=True, slots=True)
class SmoothingParameters:
    """Frequencies in Hz, speeds in sizes of the person a second.

    ``beta`` is how fast the cut-off grows with speed, ``trusted_score`` the score from which on a point is followed
    without delay; ``still_speed`` is where the dead band has closed and points are expected to go on. A person whose
    points move with ``lively_speed`` (root mean square) is believed sooner than one with ``calm_speed``.
    """

    min_cutoff_hz: float = 0.5
    beta: float = 12.0
    derivative_cutoff_hz: float = 3.0
    noise_speed: float = 0.3
    jump_speed: float = 0.8
    trusted_score: float = 0.5
    still_speed: float = 0.3
    calm_speed: float = 0.25
    lively_speed: float = 0.35
    dead_band: float = 1.0


class KeypointSmoother:
    """Smooths points given as complex numbers (y + xi, in pixels); steps may be uneven."""

    def __init__(self, parameters: SmoothingParameters) -> None:
        self.parameters = parameters
        nothing = np.zeros(0, np.complex64)
        self._place, self._shown, self._surprise = nothing, nothing, nothing
        self.speed: ComplexArray = nothing
        """Of each point, in sizes a second."""

    def start(self, points: ComplexArray) -> ComplexArray:
        """Forget what was and begin at ``points``."""
        self._place = self._shown = points
        self._surprise = self.speed = np.zeros_like(points)
        return points

    def update(
        self, points: ComplexArray, scores: FloatArray, step_s: float, size_px: float, quantum_px: float
    ) -> ComplexArray:
        """Take ``(n,) complex64`` points ``step_s`` after the last; where they are shown.

        ``scores`` is ``(n,) float32``. ``size_px`` is the size of the person, ``quantum_px`` the step in which the
        model tells places. The first points, and those with no time since the last, are shown as they are.
        """
        if not self._place.size or step_s <= 0 or size_px <= 0:
            return self.start(points)
        p = self.parameters
        pace = np.abs(self.speed)
        keeps = np.maximum(1 - p.still_speed / (pace + _TINY), 0)
        ahead = self._place + self.speed * keeps * np.float32(min(step_s, _LONGEST_STEP_S) * size_px)
        off = (points - ahead) * np.float32(1 / (step_s * size_px))
        trust = np.clip(scores * np.float32(1 / max(p.trusted_score, 0.01)), _LEAST_TRUST, 1)
        life = self._liveliness(pace, trust)
        off *= np.minimum((pace + np.float32(p.jump_speed * (1 + life))) / (np.abs(off) + _TINY), 1)
        turns = trust * np.float32(2 * math.pi * p.derivative_cutoff_hz * step_s)
        self._surprise = self._surprise + (off - self._surprise) * (turns / (turns + 1))
        opening = np.maximum(np.abs(self._surprise), pace) - np.float32(p.noise_speed * (1 - life))
        turns = np.maximum(opening, 0) * np.float32(p.beta * (1 + life)) + np.float32(p.min_cutoff_hz)
        turns *= trust * np.float32(2 * math.pi * step_s)
        weight = turns / (turns + 1)
        off *= weight
        self._place = ahead + off * np.float32(step_s * size_px)
        fades = 1 - (1 - keeps) * np.float32(min(step_s / _FADE_S, 1.0))
        self.speed = self.speed * fades + off * (weight / (2 - weight))
        return self._show(pace, quantum_px)

    def _liveliness(self, pace: FloatArray, trust: FloatArray) -> float:
        """0 for a person who keeps still, 1 for one who moves."""
        p = self.parameters
        moves = np.maximum(np.abs(self._surprise), pace)
        speed = math.sqrt(float(np.dot(trust, moves * moves)) / float(trust.sum()))
        return min(max((speed - p.calm_speed) / max(p.lively_speed - p.calm_speed, 0.01), 0.0), 1.0)

    def _show(self, pace: FloatArray, quantum_px: float) -> ComplexArray:
        """Move what is shown to the edge of the dead band around it."""
        p = self.parameters
        band = np.maximum(1 - pace * np.float32(1 / max(p.still_speed, 0.01)), 0) * np.float32(p.dead_band * quantum_px)
        away = self._place - self._shown
        self._shown = self._shown + away * np.maximum(1 - band / (np.abs(away) + _TINY), 0)
        return self._shown
