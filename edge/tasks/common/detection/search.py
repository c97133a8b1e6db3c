"""When and where a detector looks for things that are not followed yet."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, TypeAlias

from edge.types import FULL_FRAME, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

Places: TypeAlias = "tuple[Box, ...]"
"""In 0..1 of the region that is looked at."""


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """How often a detector looks while fewer are followed than are wanted.

    Where nothing is, each ``nobody_s``; beside others each ``more_s``, at most at one of ``more_looks`` looks at
    frames. For ``lost_s`` after something was lost it looks at each frame. ``turns`` are the places of one search after
    the other.
    """

    nobody_s: float
    more_s: float
    more_looks: int = 1
    lost_s: float = 0.0
    turns: Sequence[Places] = ((FULL_FRAME,),)


class Search:
    """What of a region is due to be searched."""

    def __init__(self, parameters: SearchParameters) -> None:
        self._parameters = parameters
        self.restart()

    def restart(self) -> None:
        """Begin anew, with the first of the places."""
        self._at_s, self._lost_s, self._looks, self._turn = -inf, -inf, 0, 0

    def count(self, time_s: float, *, is_lost: bool) -> None:
        """Note a look at a frame, and whether something that was followed is not there."""
        self._looks += 1
        if is_lost:
            self._lost_s = time_s

    def places(self, time_s: float, *, anybody: bool) -> Places:
        """Where to look now; nowhere where it is not time. ``anybody``: whether something is followed."""
        if not self._is_due(time_s, anybody=anybody):
            return ()
        self._at_s, self._looks = time_s, 0
        turns = self._parameters.turns
        self._turn += 1
        return turns[(self._turn - 1) % len(turns)]

    def _is_due(self, time_s: float, *, anybody: bool) -> bool:
        own, passed_s = self._parameters, time_s - self._at_s
        if time_s - self._lost_s < own.lost_s:
            return True
        return passed_s >= own.more_s and self._looks >= own.more_looks if anybody else passed_s >= own.nobody_s


def part_of(region: Box, place: Box) -> Box:
    """A place in 0..1 of a region, in the coordinates of that one."""
    x, y = region.x + place.x * region.width, region.y + place.y * region.height
    return Box(x, y, place.width * region.width, place.height * region.height)
