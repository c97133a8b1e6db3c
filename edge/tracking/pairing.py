"""Who of those seen in a frame is whom of those known: by place, and by clothes where places leave doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.tracking.association import best_pairs
from edge.tracking.clothing import alone, is_doubtful, with_clothes
from edge.tracking.doubles import doubles
from edge.tracking.geometry import box_around, extent
from edge.tracking.person import PERSON_SCORE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.tracking.person import Found
    from edge.tracking.track import Track
    from edge.types import Box, FloatArray, ImageArray

_MIN_SIMILARITY = 0.2
SAME_PERSON = 0.55
"""People of one frame who are more alike than this are one person, reported twice."""


class Pairs(NamedTuple):
    """By the number of a sighting: who that is, and the clothes that are to be learnt, of whoever it is."""

    known: dict[int, Track]
    clothes: dict[int, ImageArray]


class Sightings(NamedTuple):
    """Everybody seen in one frame, best first.

    ``boxes`` are theirs; those numbered in ``same`` are somebody before them once more; ``picture`` is the frame's
    ``(height, width)`` in pixels.
    """

    found: Sequence[Found]
    boxes: list[Box]
    same: set[int]
    time_s: float
    picture: tuple[int, int]

    def pairs(self, tracks: Sequence[Track], clothes: Callable[[], ImageArray | None]) -> Pairs:
        """Who is whom of those known; ``clothes`` is asked where places leave doubt, or to learn it."""
        places = self._places(tracks)
        is_worth_it = max(places.shape) > 1 and (is_doubtful(places, _MIN_SIMILARITY) or self._learns(tracks, places))
        worn = clothes() if is_worth_it else None
        if worn is None:
            return Pairs(_best(tracks, places), {})
        clear = {
            i: worn[one.number]
            for i, (one, is_clear) in enumerate(zip(self.found, self._clear(), strict=True))
            if is_clear
        }
        return Pairs(_best(tracks, self._with_clothes(tracks, places, worn)), clear)

    def pairs_by_place(self, tracks: Sequence[Track]) -> dict[int, Track]:
        """The known person of each that has one, by place alone."""
        return _best(tracks, self._places(tracks))

    def _places(self, tracks: Sequence[Track]) -> FloatArray:
        """How likely each sighting is each known person by place; who was looked for has the benefit of doubt."""
        likeness = np.zeros((len(self.found), len(tracks)), np.float32)
        for i, person in enumerate(self.found):
            if i in self.same:
                continue
            for k, track in enumerate(tracks):
                least = _MIN_SIMILARITY if person.sought == track.key else 0.0
                alike = track.likeness(person.keypoints, self.boxes[i], self.time_s, self.picture)
                likeness[i, k] = max(least, alike)
        return likeness

    def _learns(self, tracks: Sequence[Track], places: FloatArray) -> bool:
        """Whether it is time to look at the clothes of somebody known who is clear of others."""
        due = [track.clothing.is_due(self.time_s) for track in tracks]
        return any(due) and bool((places[self._clear()][:, due] >= _MIN_SIMILARITY).any())

    def _clear(self) -> list[bool]:
        """Whose torso nobody else is near."""
        return alone([one.keypoints for one in self.found], self.picture, self.same)

    def _with_clothes(self, tracks: Sequence[Track], places: FloatArray, worn: ImageArray) -> FloatArray:
        alike = np.full_like(places, np.nan)
        for i, k in np.argwhere(places >= _MIN_SIMILARITY).tolist():
            alike[i, k] = tracks[k].clothing.likeness(worn[self.found[i].number])
        return with_clothes(places, alike, _MIN_SIMILARITY)


def sightings(found: Sequence[Found], time_s: float, picture: tuple[int, int]) -> Sightings:
    """Those of a frame, with who is whom among themselves."""
    boxes = [box_around(extent(one.columns, PERSON_SCORE)) for one in found]
    same = doubles(boxes, [one.keypoints for one in found], picture, SAME_PERSON, PERSON_SCORE)
    return Sightings(found, boxes, same, time_s, picture)


def _best(tracks: Sequence[Track], likeness: FloatArray) -> dict[int, Track]:
    if not likeness.size:
        return {}
    return {row: tracks[column] for row, column in best_pairs(likeness, _MIN_SIMILARITY).items()}
