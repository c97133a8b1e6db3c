"""Who wears what: colours of people's clothes tell those apart who are at one place.

Clothes of a frame are ``(n, BINS) uint8``, a histogram for each of n people, all 0 of whom nothing is known. What its
bins mean is no business of the tracker. Where a place is clear only the difference between people counts: what all have
lost, as in another light, makes none.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from edge.types import FloatArray, ImageArray

BINS = 256
_TORSO = [5, 6, 11, 12]
_WINDOW_S = 1.0
"""Time constant of the average of what a person wears: light changes, and a look may be a bad one."""
_WEIGHT = 0.4
"""What clothes count for beside place: both are 0..1."""
_KNOWN_FOR_S, _UNKNOWN_FOR_S = 0.5, 0.1
"""So long after a look at known clothes, and after one that showed none, it is worth another."""
_OTHERS, _CLEAR = 0.6, 0.6
"""Clothes less alike are another person's, as one in fifty looks at the same person is; a better place is clear."""


class Clothing:
    """What one person was seen to wear, averaged slowly; nothing at first."""

    def __init__(self) -> None:
        self._average: FloatArray | None = None
        self._known_s = 0.0
        self._time_s = 0.0
        self._looked_s = -inf

    def is_due(self, time_s: float) -> bool:
        """Whether it is worth to look again only to take it in."""
        return time_s - self._looked_s >= (_UNKNOWN_FOR_S if self._average is None else _KNOWN_FOR_S)

    def add(self, histogram: ImageArray | None, time_s: float) -> None:
        """Take in what is seen at ``time_s`` (growing), if anything."""
        self._looked_s = time_s
        shares = _shares(histogram)
        if shares is None:
            return
        if self._average is None:
            self._average, self._time_s = shares, time_s
            return
        step_s, self._time_s = time_s - self._time_s, time_s
        self._known_s = min(self._known_s + step_s, _WINDOW_S)
        # A plain mean at first: the first look counts for no more than the next.
        weight = np.float32(min(0.5, step_s / self._known_s) if self._known_s else 0.0)
        self._average = self._average + (shares - self._average) * weight

    def likeness(self, histogram: ImageArray | None) -> float:
        """How much that looks like this person's clothes, 0..1 (Bhattacharyya's coefficient); NaN: nobody knows."""
        shares = _shares(histogram)
        if shares is None or self._average is None:
            return float("nan")
        return float(np.sqrt(shares * self._average).sum())


def is_doubtful(places: FloatArray, least: float) -> bool:
    """Whether clothes could make another pair of those that are likely by place, ``(rows, columns)``, than places do.

    That is where somebody may be one of two, or is where the one expected is not clear; pairs below ``least`` are none.
    """
    possible = places >= least
    if (possible & (places < _CLEAR)).any():
        return True
    return bool((possible.sum(axis=0) > 1).any() or (possible.sum(axis=1) > 1).any())


def with_clothes(places: FloatArray, clothes: FloatArray, least: float) -> FloatArray:
    """Likeness by place, ``(rows, columns)``, with that by clothes, alike, taken in where it is known (not NaN).

    Pairs below ``least`` are none, and stay so. Of the others those of a doubtful place and quite other clothes become
    none; to the rest is added how much more alike the clothes are than others', which leaves none below ``least``.
    """
    known = (places >= least) & np.isfinite(clothes)
    if not known.any():
        return places
    alike = places.copy()
    alike[known] = np.maximum(places[known] + _WEIGHT * (clothes[known] - clothes[known].mean()), least)
    alike[known & (clothes < _OTHERS) & (places < _CLEAR)] = 0.0
    return alike


def alone(people: Sequence[FloatArray], picture: tuple[int, int], same: Collection[int]) -> list[bool]:
    """Whether the torso of each is clear of everybody else's: what is seen there is the person's own.

    People are ``(17, 3)`` y, x, score, normalised to ``picture``, its ``(height, width)`` in pixels; those numbered in
    ``same`` are somebody reported twice, and hide nobody.
    """
    torsos = [person[_TORSO, :2] * np.array(picture, np.float32) for person in people]
    middles = [torso.mean(axis=0) for torso in torsos]
    lengths = [float(np.hypot(*(torso[:2].mean(axis=0) - torso[2:].mean(axis=0)))) for torso in torsos]
    return [
        all(
            float(np.hypot(*(middle - middles[other]))) > max(length, lengths[other])
            for other in range(len(people))
            if other != number and other not in same
        )
        for number, (middle, length) in enumerate(zip(middles, lengths, strict=True))
    ]


def _shares(histogram: ImageArray | None) -> FloatArray | None:
    total = 0 if histogram is None else int(histogram.sum())
    if histogram is None or not total:
        return None
    return histogram.astype(np.float32) / np.float32(total)
