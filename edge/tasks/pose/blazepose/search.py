"""When and where BlazePose's detector looks for people who are not followed yet."""

from __future__ import annotations

from math import inf

from edge.types import FULL_FRAME, Box

_NOBODY_S = 0.2
"""How often where nobody is."""
_MORE_S, _MORE_LOOKS = 1.0, 25
"""Beside those who are followed it looks for more so seldom, and most at one of so many looks at frames."""
_CORNERS = tuple(Box(x, y, 0.6, 0.6) for y in (0.0, 0.4) for x in (0.0, 0.4))
_TURNS = tuple(place for corner in _CORNERS for place in (FULL_FRAME, corner))


class Search:
    """The detector finds one person well, and of several the nearest; in parts of a picture it finds the others.

    So it looks at all of the region and at one of its corners in turn, at a still at all of them.
    """

    def __init__(self, *, still: bool) -> None:
        self._is_still = still
        self.restart()

    def restart(self) -> None:
        """Begin anew, with all of the region."""
        self._at_s, self._looks, self._turn = -inf, 0, 0

    def count(self) -> None:
        """Note a look at a frame."""
        self._looks += 1

    def places(self, time_s: float, *, anybody: bool) -> tuple[Box, ...]:
        """Where to look now, in 0..1 of the region; nowhere where it is not time. ``anybody``: whether one is known."""
        passed_s = time_s - self._at_s
        if passed_s < (_MORE_S if anybody else _NOBODY_S) or (anybody and self._looks < _MORE_LOOKS):
            return ()
        self._at_s, self._looks = time_s, 0
        if self._is_still:
            return (FULL_FRAME, *_CORNERS)
        self._turn += 1
        return (_TURNS[(self._turn - 1) % len(_TURNS)],)


def part_of(region: Box, place: Box) -> Box:
    """A place in 0..1 of a region, in the coordinates of that one."""
    x, y = region.x + place.x * region.width, region.y + place.y * region.height
    return Box(x, y, place.width * region.width, place.height * region.height)
