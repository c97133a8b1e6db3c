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
- Within one quantisation step of the model a still point stays where it is. A moving one has no such band, so it adds
  no lag.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEAST_TRUST = 0.05
_TINY = 1e-9
_FADE_S = 0.5
"""Time in which the rest of a speed that counts as none is forgotten."""
_LONGEST_STEP_S = 0.25
"""Nothing is expected to go on as it moved for longer."""
_TURN = 2 * math.pi


@dataclass(frozen=True, slots=True)
class SmoothingParameters:
    """Frequencies in Hz, speeds in sizes of the person a second.

    ``beta`` is how fast the cut-off grows with speed, ``trusted_score`` the score from which on a point is followed
    without delay; above ``still_speed`` a point is expected to go on and has no dead band. A person whose points move
    with ``lively_speed`` (root mean square) is believed sooner than one with ``calm_speed``.
    """

    min_cutoff_hz: float = 0.3
    beta: float = 12.0
    derivative_cutoff_hz: float = 2.0
    noise_speed: float = 0.3
    jump_speed: float = 1.0
    trusted_score: float = 0.5
    still_speed: float = 0.3
    calm_speed: float = 0.25
    lively_speed: float = 0.35
    dead_band: float = 1.0


@dataclass(slots=True)
class _Point:
    """One point: where it is thought to be and is shown (pixels), its speed and surprise (sizes a second)."""

    place: complex
    shown: complex
    speed: complex = 0j
    surprise: complex = 0j
    pace: float = 0.0


class KeypointSmoother:
    """Smooths points given as complex numbers (y + xi, in pixels); steps may be uneven.

    Plain numbers in a loop: between two inferences the caches are cold, and the forty calls of numpy that this would
    take cost about half as much again.
    """

    def __init__(self, parameters: SmoothingParameters) -> None:
        self.parameters = parameters
        self._points: list[_Point] = []

    def start(self, points: Sequence[complex]) -> list[complex]:
        """Forget what was and begin at ``points``."""
        self._points = [_Point(place, place) for place in points]
        return list(points)

    def paces(self) -> list[float]:
        """How fast each point goes, in sizes a second."""
        return [point.pace for point in self._points]

    def update(
        self, points: Sequence[complex], scores: Sequence[float], step_s: float, size_px: float, quantum_px: float
    ) -> list[complex]:
        """Take points ``step_s`` after the last, each with its score; where they are shown.

        ``size_px`` is the size of the person, ``quantum_px`` the step in which the model tells places. The first
        points, and those with no time since the last, are shown as they are.
        """
        if not self._points or step_s <= 0 or size_px <= 0:
            return self.start(points)
        p = self.parameters
        per_score = 1 / max(p.trusted_score, _TINY)
        trusts = [min(max(score * per_score, _LEAST_TRUST), 1.0) for score in scores]
        life = self._liveliness(trusts)
        per_step = step_s * size_px
        carried = min(step_s, _LONGEST_STEP_S) * size_px
        jump, noise, beta = p.jump_speed * (1 + life), p.noise_speed * (1 - life), p.beta * (1 + life)
        fade, widest_px = min(step_s / _FADE_S, 1.0), p.dead_band * quantum_px
        still, turns, derivative = p.still_speed, _TURN * step_s, _TURN * step_s * p.derivative_cutoff_hz
        shown = []
        for point, place, trust in zip(self._points, points, trusts, strict=True):
            pace = point.pace
            keeps = 1 - still / pace if pace > still else 0.0
            ahead = point.place + point.speed * (keeps * carried)
            off = (place - ahead) / per_step
            limit, far = pace + jump, abs(off)
            if far > limit:
                off *= limit / far
            weight = derivative * trust
            point.surprise += (off - point.surprise) * (weight / (weight + 1))
            opening = max(abs(point.surprise), pace) - noise
            weight = turns * trust * (p.min_cutoff_hz + beta * opening if opening > 0 else p.min_cutoff_hz)
            weight /= weight + 1
            off *= weight
            point.place = ahead + off * per_step
            point.speed = point.speed * (1 - fade * (1 - keeps)) + off * (weight / (2 - weight))
            point.pace = abs(point.speed)
            band_px = widest_px * (1 - pace / still) if pace < still else 0.0
            away = point.place - point.shown
            distance = abs(away)
            if distance > band_px:
                point.shown += away * (1 - band_px / distance)
            shown.append(point.shown)
        return shown

    def _liveliness(self, trusts: Sequence[float]) -> float:
        """0 for a person who keeps still, 1 for one who moves."""
        p = self.parameters
        squares = [
            trust * max(abs(point.surprise), point.pace) ** 2 for point, trust in zip(self._points, trusts, strict=True)
        ]
        speed = math.sqrt(math.fsum(squares) / math.fsum(trusts))  # sum() rounds differently from Python 3.12 on
        return min(max((speed - p.calm_speed) / max(p.lively_speed - p.calm_speed, _TINY), 0.0), 1.0)
