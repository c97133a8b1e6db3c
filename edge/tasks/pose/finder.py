"""Finding people nobody looks for yet, with a model that sees one at a time: whoever is known is hidden from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from edge.tasks.pose.sight import Aim, Sight
from edge.tracking.association import similarity
from edge.tracking.crop import MIN_SCORE, next_crop
from edge.tracking.geometry import box_area_px, box_around, columns, extent
from edge.tracking.people import SAME_PERSON
from edge.types import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge.types import FloatArray

_LEAST_PERIOD_S, _LEAST_PERIOD_LOOKS = 1.0, 20
_SHARE = 0.75
"""The side of the squares that are searched, as a share of the region's longer side."""
_STILL_THERE = 0.4
"""How much alike somebody is who is seen with the others hidden, and with nobody hidden."""
_CLEAR = 0.3
"""As for :meth:`Search.somebody`, in a stream, where what comes next tells whether it is somebody."""


class LeastScores(NamedTuple):
    """Mean scores from which on it is worth looking closer, and worth looking without hiding anybody."""

    hint: float
    seen: float


class Search(NamedTuple):
    """Where people are searched: with what, in a picture of ``(height, width)`` pixels, in what part of it."""

    see: Callable[[Aim], FloatArray]
    picture: tuple[int, int]
    region: Box
    least: LeastScores

    @property
    def places(self) -> list[Box | None]:
        """All of the region, then squares of it."""
        region, (height, width) = self.region, self.picture
        side_px = _SHARE * max(region.height * height, region.width * width)
        side_y, side_x = side_px / height, side_px / width
        ys, xs = _begins(region.y, region.height, side_y), _begins(region.x, region.width, side_x)
        return [None, *(Box(x, y, side_x, side_y) for y in ys for x in xs)]

    def everybody(self, most: int) -> Iterator[Sight]:
        """Everybody, ``most`` at most: at each place one after the other, until there is nobody else."""
        known: list[FloatArray] = []
        for place in self.places:
            while len(known) < most and (sight := self.somebody(place, known)):
                known.append(sight.keypoints)
                yield sight

    def somebody(self, place: Box | None, known: Sequence[FloatArray], clear: float = math.inf) -> Sight | None:
        """Whoever is in a place beside those ``known``, each ``(17, 3)``; three looks at most.

        Seen with the others hidden and a mean score of ``clear`` somebody is there though one of those stands out else.
        """
        hidden = tuple(box_of(one) for one in known)
        sight = self._look(Aim(0, place, hidden))
        if mean_score(sight) < self.least.hint or self._is_known(sight, known):
            return None
        person = columns(sight.keypoints)
        closer = next_crop(person, extent(person, MIN_SCORE), self.picture, self.region)
        if closer is not None:
            sight = self._look(Aim(0, closer, hidden))
        if mean_score(sight) < self.least.seen or self._is_known(sight, known):
            return None
        return self._bare(sight, known, clear) if hidden else sight

    def _bare(self, sight: Sight, known: Sequence[FloatArray], clear: float) -> Sight | None:
        """The same person with nobody hidden, or None; as seen before where that shows somebody known instead."""
        bare = self._look(Aim(0, sight.aim.crop))
        if self._is_known(bare, known):
            return sight if mean_score(sight) >= clear else None
        return bare if self._alike(sight.keypoints, bare.keypoints) > _STILL_THERE else None

    def _look(self, aim: Aim) -> Sight:
        return Sight(self.see(aim)[0], aim)

    def _is_known(self, sight: Sight, known: Sequence[FloatArray]) -> bool:
        return any(self._alike(other, sight.keypoints) > SAME_PERSON for other in known)

    def _alike(self, person: FloatArray, other: FloatArray) -> float:
        area_px = box_area_px(box_of(person), self.picture)
        return similarity(person, other, area_px, self.picture, MIN_SCORE)


class Finder:
    """Searches a stream for newcomers: at one place after the other, all of them at once in the beginning, then seldom.

    Whoever came may not have come alone: once somebody is believed the same place is searched again.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self._turn = self._believed = 0
        self._due_s = -math.inf

    def is_due(self, time_s: float, believed: int) -> bool:
        """Whether it is time to search, so many people being ``believed`` to be there."""
        has_brought, self._believed = believed > self._believed, believed
        if has_brought and self._turn:
            self._turn -= 1
            self._due_s = time_s
        return time_s >= self._due_s

    def next(self, search: Search, known: Sequence[FloatArray], time_s: float, look_ms: float) -> Sight | None:
        """A newcomer in the place whose turn it is, or None; ``look_ms`` is what a look takes.

        Where nobody is ``known``, all of the region is looked at anyway, and no place to search.
        """
        places = search.places if known else search.places[1:]
        place = places[self._turn % len(places)]
        self._turn += 1
        if self._turn >= len(places):
            self._due_s = time_s + max(_LEAST_PERIOD_S, _LEAST_PERIOD_LOOKS * look_ms / 1000)
        return search.somebody(place, known, _CLEAR)


def box_of(person: FloatArray) -> Box:
    """The box of somebody's keypoints."""
    return box_around(extent(columns(person), MIN_SCORE))


def mean_score(sight: Sight) -> float:
    """Of the keypoints of somebody seen."""
    return float(sight.keypoints[:, 2].mean())


def _begins(begin: float, length: float, side: float) -> list[float]:
    """Where squares begin that reach from one end to the other."""
    if side >= length:
        return [begin + (length - side) / 2]
    return [begin, begin + length - side]
