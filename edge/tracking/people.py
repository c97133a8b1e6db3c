"""People from frame to frame: identities and steady keypoints."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.association import best_pairs, doubles
from edge.tracking.evidence import sureness
from edge.tracking.geometry import box_around, columns, extent, mean_score
from edge.tracking.person import PERSON_SCORE, Found
from edge.tracking.track import DOUBT_S, Track

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge.tracking.person import PeopleParameters, TrackedPerson
    from edge.types import Box, FloatArray

_MIN_SIMILARITY = 0.2
_SAME_PERSON = 0.55
"""People of one frame who are more alike than this are one person, reported twice."""
_CLOSE = 0.05
"""Newcomers whose boxes overlap a known person's by more may be a mistake of the model."""

_by_score = attrgetter("score")


class PeopleTracker:
    """Gives each person an id that stays while it is seen, and smooths its keypoints.

    Ids grow from 1 and are used again only after :meth:`restart`. With ``single`` (a model that always reports one
    person) whoever is seen within ``max_gap_s`` is the same person. A person reported twice in one frame is one. A
    newcomer on top of somebody known, or for whom little speaks, must be seen for a moment to be one, but not in the
    first picture after :meth:`restart`, which may be the only one.
    """

    def __init__(self, parameters: PeopleParameters, *, single: bool) -> None:
        self._parameters = parameters
        self._single = single
        self._tracks: list[Track] = []
        self._last_id = 0
        self._may_be_all = False
        """The next picture may be the only one."""
        self.doubted: tuple[TrackedPerson, ...] = ()
        """Who was seen last, but is not believed yet."""

    def tune(self, parameters: PeopleParameters, *, single: bool) -> None:
        """Go on with other parameters; people stay who they are."""
        self._parameters = parameters
        self._single = single
        for track in self._tracks:
            track.tune(parameters)

    def forget(self) -> None:
        """Drop all people, for instance after a cut; ids go on."""
        self._tracks.clear()

    def restart(self) -> None:
        """Drop all people and count from 1 again, for another subject."""
        self.forget()
        self._last_id, self._may_be_all = 0, True

    def update(
        self, people: Iterable[FloatArray], time_s: float, picture: tuple[int, int], quantum_px: float = 0.0
    ) -> tuple[TrackedPerson, ...]:
        """Match people, each ``(17, 3)``, to those known and smooth them; best first, without doubles.

        ``time_s`` grows from call to call. ``picture`` is ``(height, width)`` in pixels, ``quantum_px`` the step in
        which the model tells places.
        """
        self._forget_the_gone(time_s)
        found = self.best(people)
        shown: list[TrackedPerson] = []
        doubted: list[TrackedPerson] = []
        for person, track in self._the_one(found, time_s) if self._single else self._pairs(found, time_s, picture):
            if not track.convinces(person, time_s):
                self._drop_the_doubted(track)
                continue
            if not track.id and track.is_believed(person, time_s):
                self._name(track)
            step_s = time_s - track.seen_s
            tracked = track.see(person, time_s, picture, quantum_px)
            if not self._single:
                track.set_course(step_s)
            (shown if track.id else doubted).append(tracked)
        self._may_be_all, self.doubted = False, tuple(doubted)
        return tuple(shown[: self._parameters.most])

    def best(self, people: Iterable[FloatArray]) -> list[Found]:
        """Who of ``(17, 3)`` people is well enough seen to be followed, best first, doubles included."""
        found = []
        for number, keypoints in enumerate(people):
            person = columns(keypoints)
            score = mean_score(person.scores)
            # A broken model gives what is no number, which no filter would ever forget.
            if score >= self._parameters.exit_score and math.isfinite(score + sum(person.ys) + sum(person.xs)):
                found.append(Found(keypoints, person, score, sureness(person.scores), number))
        if len(found) > 1:
            found.sort(key=_by_score, reverse=True)
        return found

    def _forget_the_gone(self, time_s: float) -> None:
        longest_s = self._parameters.max_gap_s
        for track in tuple(self._tracks):
            if time_s - track.seen_s > (longest_s if track.id else min(longest_s, DOUBT_S)):
                self._tracks.remove(track)

    def _the_one(self, found: Sequence[Found], time_s: float) -> list[tuple[Found, Track]]:
        """The one person of a single-pose model, and who that is."""
        if not found:
            return []
        track = self._tracks[0] if self._tracks else self._newcomer(found[0], (), time_s)
        return [(found[0], track)] if track else []

    def _pairs(self, found: Sequence[Found], time_s: float, picture: tuple[int, int]) -> list[tuple[Found, Track]]:
        """Each person who is not a double, and who that is; no more who are believed to be there than wanted."""
        people = [one.keypoints for one in found]
        boxes = [box_around(extent(one.columns, PERSON_SCORE)) for one in found]
        same = doubles(boxes, people, picture, _SAME_PERSON, PERSON_SCORE)
        matches = self._match(people, boxes, same, time_s, picture)
        pairs, believed = [], 0
        for number, person in enumerate(found):
            if believed == self._parameters.most:
                break
            track = matches.get(number)
            if track is None and number not in same:
                track = self._newcomer(person, boxes[number : number + 1], time_s)
            if track is not None:
                pairs.append((person, track))
                believed += bool(track.id)
        return pairs

    def _newcomer(self, person: Found, boxes: Sequence[Box], time_s: float) -> Track | None:
        """Somebody new, if seen well enough."""
        if person.score < self._parameters.enter_score or person.sure < self._parameters.evidence.enter:
            return None
        on_top = any(other.overlap(box) > _CLOSE for other in self._tracks for box in boxes)
        track = Track(person, time_s, self._parameters, on_top=on_top)
        if self._may_be_all or track.is_believed(person, time_s):
            self._name(track)
        self._tracks.append(track)
        return track

    def _drop_the_doubted(self, track: Track) -> None:
        if not track.id:
            self._tracks.remove(track)

    def _name(self, track: Track) -> None:
        self._last_id += 1
        track.id = self._last_id

    def _match(
        self,
        people: Sequence[FloatArray],
        boxes: Sequence[Box],
        same: set[int],
        time_s: float,
        picture: tuple[int, int],
    ) -> dict[int, Track]:
        """The known person for each observation that has one."""
        if not people or not self._tracks:
            return {}
        likeness = np.array(
            [
                [0.0 if i in same else track.likeness(person, boxes[i], time_s, picture) for track in self._tracks]
                for i, person in enumerate(people)
            ],
            np.float32,
        )
        return {i: self._tracks[k] for i, k in best_pairs(likeness, _MIN_SIMILARITY).items()}
