"""Finding people nobody looks for yet, with a model that sees one at a time: whoever is known is hidden from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from edge.tasks.pose.sight import Aim, Sight
from edge.tracking.association import similarity
from edge.tracking.crop import MIN_SCORE, next_crop
from edge.tracking.geometry import box_area_px, box_around, columns, extent
from edge.tracking.pairing import SAME_PERSON
from edge.types import NS_PER_S, Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.tasks.pose.sight import Looks
    from edge.types import FloatArray

_LEAST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 10.0
_LEAST_PAUSE_LOOKS, _LONGEST_PAUSE_LOOKS = 25, 100
"""After a search, for each look of it: one person alone costs a look in a hundred more in the end."""
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
    """Where people are searched: in what frame, and what of it is worth a closer look."""

    looks: Looks
    least: LeastScores

    @property
    def picture(self) -> tuple[int, int]:
        """Its height and width in pixels."""
        return self.looks.frame.size

    @property
    def region(self) -> Box:
        """The part of the picture that counts."""
        return self.looks.look.region

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
        worth = self.least.hint if math.isinf(clear) else self.least.seen
        if mean_score(sight) < worth or self._is_known(sight, known):
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
        return Sight(self.looks.at(aim)[0], aim)

    def _is_known(self, sight: Sight, known: Sequence[FloatArray]) -> bool:
        return any(self._alike(other, sight.keypoints) > SAME_PERSON for other in known)

    def _alike(self, person: FloatArray, other: FloatArray) -> float:
        area_px = box_area_px(box_of(person), self.picture)
        return similarity(person, other, area_px, self.picture, MIN_SCORE)


class Finder:
    """Searches a stream for newcomers: at one place after the other, all of them at once in the beginning, then seldom.

    Pauses double with each round that brings nobody, and are short again once somebody came or went. Whoever came may
    not have come alone: once somebody is believed the same place is searched again.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self._turn = self._in_vain = self._believed = 0
        self._looks = self._pause_looks = 0
        """Since the last search, and how many there are to be until the next."""
        self._due_s, self._overdue_s = -math.inf, math.inf

    def is_due(self, looks: Looks, believed: int) -> bool:
        """Whether it is time to search the frame, so many people being ``believed`` to be there."""
        time_s = looks.frame.timestamp_ns / NS_PER_S
        self._looks += looks.count
        if believed != self._believed:
            has_come, self._believed, self._in_vain = believed > self._believed, believed, 0
            self._pause_looks = min(self._pause_looks, _LEAST_PAUSE_LOOKS)
            if has_come and self._turn:
                self._turn -= 1
                self._due_s = self._overdue_s = time_s
        return time_s >= self._due_s and (self._looks >= self._pause_looks or time_s >= self._overdue_s)

    def next(self, search: Search, known: Sequence[FloatArray]) -> Sight | None:
        """A newcomer in the place whose turn it is, or None.

        Where nobody is ``known``, all of the region is looked at anyway, and no place to search.
        """
        places, before = search.places if known else search.places[1:], search.looks.count
        place = places[self._turn % len(places)]
        self._turn += 1
        self._in_vain += 1
        found = search.somebody(place, known, _CLEAR)
        if self._turn >= len(places):
            pause_looks = _LEAST_PAUSE_LOOKS << max(0, self._in_vain // len(places) - 1)
            self._pause(search.looks, min(pause_looks, _LONGEST_PAUSE_LOOKS) * (search.looks.count - before))
        return found

    def _pause(self, looks: Looks, pause_looks: int) -> None:
        time_s = looks.frame.timestamp_ns / NS_PER_S
        self._looks, self._pause_looks = 0, pause_looks
        self._due_s, self._overdue_s = time_s + _LEAST_PAUSE_S, time_s + _LONGEST_PAUSE_S


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
