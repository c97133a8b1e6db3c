"""People from frame to frame: identities and steady keypoints."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import TYPE_CHECKING

from edge.tracking.evidence import sureness
from edge.tracking.geometry import columns, mean_score
from edge.tracking.pairing import sightings
from edge.tracking.person import Found
from edge.tracking.track import DOUBT_S, Track
from edge.types import FULL_FRAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from edge.tracking.person import PeopleParameters, TrackedPerson
    from edge.types import Box, FloatArray, ImageArray

_CLOSE = 0.05
"""Newcomers whose boxes overlap a known person's by more may be a mistake of the model."""
_EDGE = 0.01
"""Who is nearer to the left or right of what is looked at, in shares of its width, is just coming in, or leaving."""

_by_score = attrgetter("score")


class PeopleTracker:
    """Gives each person an id that stays while it is seen, and smooths its keypoints.

    Ids grow from 1 and are used again only after :meth:`restart`. With ``single`` (a model that always reports one
    person) whoever is seen within ``max_gap_s`` is the same person. A person reported twice in one frame is one. A
    newcomer on top of somebody known, at the edge of the picture (where pictures come in less than such a moment), or
    for whom little speaks, must be seen for a moment to be one, but not in the first picture after :meth:`restart`,
    which may be the only one.
    """

    def __init__(self, parameters: PeopleParameters, *, single: bool) -> None:
        self._parameters = parameters
        self._single = single
        self._tracks: list[Track] = []
        self._last_id = self._last_key = 0
        self._time_s, self._step_s = -math.inf, math.inf
        """Of the last picture, and how long after the one before it came."""
        self._region = FULL_FRAME
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

    @property
    def keys(self) -> tuple[int, ...]:
        """Of everybody who is known or doubted, who came first before."""
        return tuple(track.key for track in self._tracks)

    @property
    def believed(self) -> int:
        """How many have an id."""
        return sum(bool(track.id) for track in self._tracks)

    @property
    def may_be_all(self) -> bool:
        """Whether the next picture may be the only one."""
        return self._may_be_all

    def last(self, key: int) -> TrackedPerson | None:
        """The person with that key as it was seen last."""
        return next((track.last for track in self._tracks if track.key == key), None)

    def update(
        self,
        people: Iterable[FloatArray],
        time_s: float,
        picture: tuple[int, int],
        quantum_px: float | Sequence[float] = 0.0,
        *,
        sought: Sequence[int] = (),
        waiting: Collection[int] = (),
        clothes: Callable[[], ImageArray | None] = lambda: None,
        region: Box = FULL_FRAME,
    ) -> tuple[TrackedPerson, ...]:
        """Match people, each ``(17, 3)``, to those known and smooth them; best first, without doubles.

        ``time_s`` grows from call to call. ``picture`` is ``(height, width)`` in pixels, ``quantum_px`` the step in
        which the model tells places, of all or of each. ``sought`` are the keys of whom each was looked for, 0 for
        nobody known. Nobody looked for those who are ``waiting``: they stay as they are. ``clothes`` says what
        ``people`` wear, see :mod:`edge.tracking.clothing`, or None; it is only asked where there are several, and where
        places leave doubt or to learn it. Of the picture ``region`` is looked at.
        """
        self._region = region
        self._wait(waiting, time_s)
        self._forget_the_gone(time_s)
        kept = [track for track in self._tracks if track.key in waiting]
        found = self.best(people, quantum_px, sought)
        shown: list[TrackedPerson] = []
        doubted: list[TrackedPerson] = []
        pairs = self._the_one(found, time_s) if self._single else self._pairs(found, time_s, picture, clothes)
        for track in self._tracks:
            track.is_shown = track.is_shown and track in kept
        for person, track in pairs:
            if not track.convinces(person, time_s):
                self._drop_the_doubted(track)
                continue
            if not track.id and track.is_believed(time_s):
                self._name(track)
            step_s = time_s - track.seen_s
            tracked = track.see(person, time_s, picture)
            if not (self._single or self._is_alone(person)):
                track.set_course(step_s)
            track.is_shown = bool(track.id)
            (shown if track.id else doubted).append(tracked)
        self._may_be_all, self.doubted = False, tuple(doubted)
        if kept:
            seen = {person.key for person in shown}
            shown += [track.last for track in kept if track.is_shown and track.last and track.key not in seen]
            shown.sort(key=_by_score, reverse=True)
        return tuple(shown[: self._parameters.most])

    def best(
        self, people: Iterable[FloatArray], quantum_px: float | Sequence[float] = 0.0, sought: Sequence[int] = ()
    ) -> list[Found]:
        """Who of ``(17, 3)`` people is well enough seen to be followed, best first, doubles included."""
        found = []
        for number, keypoints in enumerate(people):
            person = columns(keypoints)
            score = mean_score(person.scores)
            # A broken model gives what is no number, which no filter would ever forget.
            if score >= self._parameters.exit_score and math.isfinite(score + sum(person.ys) + sum(person.xs)):
                step_px = quantum_px if isinstance(quantum_px, int | float) else quantum_px[number]
                key = sought[number] if sought else 0
                found.append(Found(keypoints, person, score, sureness(person.scores), number, step_px, key))
        if len(found) > 1:
            found.sort(key=_by_score, reverse=True)
        return found

    def mistaken(
        self, people: Iterable[FloatArray], sought: Sequence[int], time_s: float, picture: tuple[int, int]
    ) -> list[int]:
        """The keys of those instead of whom somebody else was seen; arguments as for :meth:`update`."""
        found = self.best(people, 0.0, sought)
        if len(found) < 2:  # noqa: PLR2004  # two looks show the same person
            return []
        there = {track.key for track in sightings(found, time_s, picture).pairs_by_place(self._tracks).values()}
        return [one.sought for one in found if one.sought and one.sought not in there]

    def _wait(self, keys: Collection[int], time_s: float) -> None:
        self._step_s, self._time_s = time_s - self._time_s, time_s
        if self._step_s > self._parameters.max_gap_s:  # nobody was looked for: the stream stood still
            return
        for track in self._tracks:
            if track.key in keys:
                track.wait(self._step_s)

    def _forget_the_gone(self, time_s: float) -> None:
        for track in tuple(self._tracks):
            if track.missed_s(time_s) > track.patience_s(self._step_s):
                self._tracks.remove(track)

    def _the_one(self, found: Sequence[Found], time_s: float) -> list[tuple[Found, Track]]:
        """The one person of a single-pose model, and who that is."""
        if not found:
            return []
        track = self._tracks[0] if self._tracks else self._newcomer(found[0], (), time_s)
        return [(found[0], track)] if track else []

    def _pairs(
        self,
        found: Sequence[Found],
        time_s: float,
        picture: tuple[int, int],
        clothes: Callable[[], ImageArray | None],
    ) -> list[tuple[Found, Track]]:
        """Each person who is not a double, and who that is; no more who are believed to be there than wanted."""
        if len(found) == 1 and self._is_alone(found[0]):
            return [(found[0], self._tracks[0])]
        seen = sightings(found, time_s, picture)
        known, worn = seen.pairs(self._tracks, clothes)
        pairs, believed = [], 0
        for number, person in enumerate(found):
            if believed == self._parameters.most:
                break
            track = known.get(number)
            if track is None and number not in seen.same:
                track = self._newcomer(person, seen.boxes[number : number + 1], time_s)
            if track is not None:
                if number in worn:
                    track.clothing.add(worn[number], time_s)
                pairs.append((person, track))
                believed += bool(track.id)
        return pairs

    def _is_alone(self, found: Found) -> bool:
        """Whether it was looked for the one person who is known."""
        return len(self._tracks) == 1 and found.sought == self._tracks[0].key

    def _newcomer(self, person: Found, boxes: Sequence[Box], time_s: float) -> Track | None:
        """Somebody new, if seen well enough."""
        if person.score < self._parameters.enter_score or person.sure < self._parameters.evidence.enter:
            return None
        on_top = any(other.overlap(box) > _CLOSE for other in self._tracks for box in boxes)
        at_edge = self._step_s < DOUBT_S and any(self._is_at_edge(box) for box in boxes)
        self._last_key += 1
        track = Track(self._last_key, person, time_s, self._parameters, on_top=on_top, at_edge=at_edge)
        if self._may_be_all or track.is_believed(time_s):
            self._name(track)
        self._tracks.append(track)
        return track

    def _is_at_edge(self, box: Box) -> bool:
        region, margin = self._region, _EDGE * self._region.width
        return box.x < region.x + margin or box.x + box.width > region.x + region.width - margin

    def _drop_the_doubted(self, track: Track) -> None:
        if not track.id:
            self._tracks.remove(track)

    def _name(self, track: Track) -> None:
        self._last_id += 1
        track.id = self._last_id
