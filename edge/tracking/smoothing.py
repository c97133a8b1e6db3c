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
- The longer ago the last frame of a person who moves, the more the new one counts.
- The less a point is scored, the slower it follows.
- Within one quantisation step of the model a still point stays where it is. A moving one has no such band, so it adds
  no lag.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.tracking.geometry import Columns

_LEAST_TRUST = 0.05
_TINY = 1e-9
_OLD_S = 0.1
"""What was known so long ago of a person who moves is worth nothing beside what is seen."""
_FADE_S = 0.5
"""Time in which the rest of a speed that counts as none is forgotten."""
_LONGEST_STEP_S = 0.25
"""Nothing is expected to go on as it moved for longer."""
_TURN = 2 * pi


@dataclass(frozen=True, slots=True)
class SmoothingParameters:
    """Frequencies in Hz, speeds in sizes of the person a second.

    ``beta`` is how fast the cut-off grows with speed, ``trusted_score`` the score from which on a point is followed
    without delay; above ``still_speed`` a point is expected to go on and has no dead band. A person whose points move
    with ``lively_speed`` (root mean square) is believed sooner than one with ``calm_speed``.
    """

    min_cutoff_hz: float = 1.2
    beta: float = 20.0
    derivative_cutoff_hz: float = 2.0
    noise_speed: float = 0.2
    jump_speed: float = 1.2
    trusted_score: float = 0.5
    still_speed: float = 0.3
    calm_speed: float = 0.25
    lively_speed: float = 0.35
    dead_band: float = 1.0


_Point = tuple[float, float, float, float, float, float, float, float]
"""y and x each of where a point is thought to be, where it is shown (pixels), its speed and its surprise (sizes a
second)."""


class KeypointSmoother:
    """Smooths the keypoints of one person; steps may be uneven.

    Plain numbers in a loop, both axes written out: between two inferences the caches are cold, and the forty calls of
    numpy that this would take cost more, as do complex numbers.
    """

    def __init__(self, parameters: SmoothingParameters) -> None:
        self.parameters = parameters
        self.paces: list[float] = []
        """How fast each point goes, in sizes a second."""
        self._points: list[_Point] = []
        self._life = 0.0
        """0 for a person who keeps still, 1 for one who moves."""

    def start(self, person: Columns, picture: tuple[int, int]) -> tuple[list[float], list[float]]:
        """Forget what was and begin with what is seen, which is returned: ys and xs."""
        height, width = picture
        places = [(y * height, x * width) for y, x in zip(person.ys, person.xs, strict=True)]
        self._points = [(*place, *place, 0.0, 0.0, 0.0, 0.0) for place in places]
        self.paces, self._life = [0.0] * len(places), 0.0
        return person.ys, person.xs

    def update(
        self, person: Columns, picture: tuple[int, int], step_s: float, size_px: float, quantum_px: float
    ) -> tuple[list[float], list[float]]:
        """Take what is seen ``step_s`` after the last; ys and xs where it is shown, normalised like those seen.

        ``picture`` is ``(height, width)`` in pixels, ``size_px`` the size of the person, ``quantum_px`` the step in
        which the model tells places. What is seen first, or with no time since the last, is shown as it is.
        """
        if not self._points or step_s <= 0 or size_px <= 0:
            return self.start(person, picture)
        height, width = picture
        p, life = self.parameters, self._life
        per_step, turns = step_s * size_px, _TURN * step_s
        carried = min(step_s, _LONGEST_STEP_S) * size_px
        jump, noise, beta = p.jump_speed * (1 + life), p.noise_speed * (1 - life), p.beta * (1 + life)
        fade, widest_px, still = min(step_s / _FADE_S, 1.0), p.dead_band * quantum_px, p.still_speed
        cutoff, derivative, trusted = p.min_cutoff_hz, p.derivative_cutoff_hz, max(p.trusted_score, _TINY)
        least = life * min(step_s / _OLD_S, 1.0)
        points: list[_Point] = []
        paces, ys, xs, squares, total = [], [], [], 0.0, 0.0
        for seen_y, seen_x, score, point, pace in zip(*person, self._points, self.paces, strict=True):
            y, x, shown_y, shown_x, speed_y, speed_x, surprise_y, surprise_x = point
            follows = turns if score >= trusted else turns * max(score / trusted, _LEAST_TRUST)
            keeps = 1 - still / pace if pace > still else 0.0
            y += speed_y * keeps * carried
            x += speed_x * keeps * carried
            off_y, off_x = (seen_y * height - y) / per_step, (seen_x * width - x) / per_step
            far, limit = sqrt(off_y * off_y + off_x * off_x), pace + jump
            if far > limit:
                off_y, off_x = off_y * limit / far, off_x * limit / far
            weight = derivative * follows
            weight /= weight + 1
            surprise_y += (off_y - surprise_y) * weight
            surprise_x += (off_x - surprise_x) * weight
            drive = max(sqrt(surprise_y * surprise_y + surprise_x * surprise_x), pace)
            squares += follows * drive * drive
            total += follows
            weight = follows * (cutoff + beta * (drive - noise) if drive > noise else cutoff)
            weight = max(weight / (weight + 1), least)
            y += off_y * weight * per_step
            x += off_x * weight * per_step
            kept, gained = 1 - fade * (1 - keeps), weight * weight / (2 - weight)
            speed_y, speed_x = speed_y * kept + off_y * gained, speed_x * kept + off_x * gained
            if pace < still:
                away_y, away_x, band_px = y - shown_y, x - shown_x, widest_px * (1 - pace / still)
                distance = sqrt(away_y * away_y + away_x * away_x)
                if distance > band_px:
                    shown_y += away_y * (1 - band_px / distance)
                    shown_x += away_x * (1 - band_px / distance)
            else:
                shown_y, shown_x = y, x
            points.append((y, x, shown_y, shown_x, speed_y, speed_x, surprise_y, surprise_x))
            paces.append(sqrt(speed_y * speed_y + speed_x * speed_x))
            ys.append(shown_y / height)
            xs.append(shown_x / width)
        self._points, self.paces = points, paces
        self._life = _share(sqrt(squares / total), p.calm_speed, p.lively_speed)
        return ys, xs


def _share(value: float, low: float, high: float) -> float:
    """0 up to ``low``, 1 from ``high`` on."""
    return min(max((value - low) / max(high - low, _TINY), 0.0), 1.0)
