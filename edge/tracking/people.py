"""People from frame to frame: identities and steady keypoints."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.tracking.association import best_pairs, doubles, similarity
from edge.tracking.evidence import Evidence, EvidenceParameters, sureness
from edge.tracking.geometry import Columns, Extent, box_area_px, box_around, columns, extent, iou, mean_score
from edge.tracking.smoothing import KeypointSmoother, SmoothingParameters
from edge.tracking.visibility import KeypointVisibility, VisibilityParameters
from edge.types import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge.types import FloatArray

_MIN_SCORE = 0.2
_TORSO = [5, 6, 11, 12]
_MIN_SIMILARITY = 0.2
_SAME_PERSON = 0.55
"""People of one frame who are more alike than this are one person, reported twice."""
_CLOSE = 0.05
"""Newcomers whose boxes overlap a known person's by more may be a mistake of the model."""
_DOUBT_S = 0.25
"""A doubted newcomer is somebody once seen for so long, and is forgotten when unseen for so long."""
_MIN_SIZE_PX = 10.0
_COURSE_S = 0.4
"""Time constant of the average of a person's speed."""
_LONGEST_COAST_S = 1.0
_RESTART_S = 0.6
"""After a gap this long what was smoothed says nothing of where a person is now."""


@dataclass(frozen=True, slots=True)
class PeopleParameters:
    """How people are followed.

    ``max_gap_s``: how long a person may be unseen and still be the same. ``smoothing`` None: places and scores are as
    the model gives them. A person enters with a mean score of ``enter_score`` and is left below ``exit_score``, and is
    believed by ``evidence``; of more than ``most`` people the best are followed.
    """

    max_gap_s: float = 1.0
    smoothing: SmoothingParameters | None = field(default_factory=SmoothingParameters)
    visibility: VisibilityParameters = field(default_factory=VisibilityParameters)
    enter_score: float = 0.0
    exit_score: float = 0.0
    evidence: EvidenceParameters = field(default_factory=EvidenceParameters)
    most: int = 6


class TrackedPerson(NamedTuple):
    """A person as it is shown (a named tuple: one is made of every frame).

    ``keypoints`` is ``(17, 3) float32`` y, x, score, smoothed; ``columns`` are the same numbers, ``score`` their mean
    score, ``reach`` the extent of those with a score, ``box`` the same within the picture; ``seen`` says which of them
    are there; ``pace_px_s`` is how fast the fastest of those moves. ``number`` is which of the people seen it is.
    """

    id: int
    score: float
    keypoints: FloatArray
    columns: Columns
    reach: Extent
    box: Box
    seen: tuple[bool, ...]
    pace_px_s: float
    number: int


class Found(NamedTuple):
    """What was seen of one person.

    That is ``(17, 3)`` keypoints, the same as columns, their mean score, how sure they are, and which one it was.
    """

    keypoints: FloatArray
    columns: Columns
    score: float
    sure: float
    number: int


_by_score = attrgetter("score")


class _Track:
    """What is remembered of one person."""

    def __init__(self, found: Found, time_s: float, parameters: PeopleParameters, *, on_top: bool) -> None:
        self.id = 0
        """0 until the person is believed to be there."""
        self._born_s = time_s
        self._on_top = on_top
        """Somebody known was where the person appeared."""
        self._evidence = Evidence(found.sure, time_s)
        self._parameters = parameters
        self._smoother: KeypointSmoother | None = None
        self._visibility = KeypointVisibility(found.columns.scores, time_s, parameters.visibility)
        self._picture = (0, 0)
        """Its size, ``(height, width)`` in pixels, of which what is smoothed is; that of a stream may change."""
        self._size_px = 0.0
        self._middle: FloatArray | None = None
        self._course = np.zeros(2, np.float32)
        self._last: TrackedPerson | None = None
        self.seen_s = time_s
        self.tune(parameters)

    def tune(self, parameters: PeopleParameters) -> None:
        """Go on with these parameters; what is remembered stays."""
        self._parameters = parameters
        self._visibility.parameters = parameters.visibility
        if parameters.smoothing is None:
            self._smoother = None
        elif self._smoother is None:
            self._smoother = KeypointSmoother(parameters.smoothing)
        else:
            self._smoother.parameters = parameters.smoothing

    def convinces(self, found: Found, time_s: float) -> bool:
        """Take in what speaks for the person; whether that is enough to follow it."""
        limits = self._parameters.evidence
        if not self.id:
            return found.sure >= limits.enter
        self._evidence.add(found.sure, time_s)
        return self._evidence.average >= limits.exit

    def is_believed(self, found: Found, time_s: float) -> bool:
        """Whether a newcomer has convinced for long enough, or is beyond doubt."""
        if time_s - self._born_s >= _DOUBT_S:
            return True
        return not self._on_top and found.sure >= self._parameters.evidence.obvious

    def see(self, found: Found, time_s: float, picture: tuple[int, int], quantum_px: float) -> TrackedPerson:
        """Take an observation in; the person as it is shown."""
        person = found.columns
        step_s, self.seen_s = time_s - self.seen_s, time_s
        height, width = picture
        visibility, smoother, pace = self._visibility, self._smoother, 0.0
        visibility.update(person.scores, time_s)
        if smoother is not None:
            if step_s > _RESTART_S or picture != self._picture:
                ys, xs = smoother.start(person, picture)
            else:
                ys, xs = smoother.update(person, picture, step_s, self._size_px, quantum_px)
            person = Columns(ys, xs, visibility.scores.copy())
            pace = max(compress(smoother.paces, visibility.seen), default=0.0)
        self._picture = picture
        reach = extent(person, _MIN_SCORE)
        box, pace_px_s = box_around(reach), pace * self._size_px
        self._size_px = max(box.width * width, box.height * height, _MIN_SIZE_PX)
        keypoints, seen = np.array(person, np.float32).T, tuple(visibility.seen)
        score = mean_score(person.scores)
        self._last = TrackedPerson(self.id, score, keypoints, person, reach, box, seen, pace_px_s, found.number)
        return self._last

    def set_course(self, step_s: float) -> None:
        """Note where the middle of the person goes, for the frames in which it is not reported."""
        if self._last is None:
            return
        torso = self._last.keypoints[_TORSO, :2].mean(axis=0)
        if self._middle is not None and 0 < step_s <= _RESTART_S:
            weight = np.float32(step_s / (step_s + _COURSE_S))
            self._course = self._course + ((torso - self._middle) / np.float32(step_s) - self._course) * weight
        self._middle = torso

    def overlap(self, box: Box) -> float:
        """How much of this person a box covers, as intersection over union with where it was last."""
        return iou(self._last.box, box) if self._last else 0.0

    def likeness(self, keypoints: FloatArray, box: Box, time_s: float, picture: tuple[int, int]) -> float:
        """How much an observation looks like this person where it should be now, 0..1.

        By keypoints, or by the overlap of boxes where that is larger.
        """
        if self._last is None:
            return 0.0
        own, shift = self._last.box, self._course * np.float32(min(time_s - self.seen_s, _LONGEST_COAST_S))
        ahead = self._last.keypoints.copy()
        ahead[:, :2] += shift
        moved = Box(own.x + float(shift[1]), own.y + float(shift[0]), own.width, own.height)
        alike = similarity(ahead, keypoints, box_area_px(own, picture), picture, _MIN_SCORE)
        return max(alike, 0.5 * iou(moved, box))


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
        self._tracks: list[_Track] = []
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
            if time_s - track.seen_s > (longest_s if track.id else min(longest_s, _DOUBT_S)):
                self._tracks.remove(track)

    def _the_one(self, found: Sequence[Found], time_s: float) -> list[tuple[Found, _Track]]:
        """The one person of a single-pose model, and who that is."""
        if not found:
            return []
        track = self._tracks[0] if self._tracks else self._newcomer(found[0], (), time_s)
        return [(found[0], track)] if track else []

    def _pairs(self, found: Sequence[Found], time_s: float, picture: tuple[int, int]) -> list[tuple[Found, _Track]]:
        """Each person who is not a double, and who that is; no more who are believed to be there than wanted."""
        people, boxes = [one.keypoints for one in found], [box_around(extent(one.columns, _MIN_SCORE)) for one in found]
        same = doubles(boxes, people, picture, _SAME_PERSON, _MIN_SCORE)
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

    def _newcomer(self, person: Found, boxes: Sequence[Box], time_s: float) -> _Track | None:
        """Somebody new, if seen well enough."""
        if person.score < self._parameters.enter_score or person.sure < self._parameters.evidence.enter:
            return None
        on_top = any(other.overlap(box) > _CLOSE for other in self._tracks for box in boxes)
        track = _Track(person, time_s, self._parameters, on_top=on_top)
        if self._may_be_all or track.is_believed(person, time_s):
            self._name(track)
        self._tracks.append(track)
        return track

    def _drop_the_doubted(self, track: _Track) -> None:
        if not track.id:
            self._tracks.remove(track)

    def _name(self, track: _Track) -> None:
        self._last_id += 1
        track.id = self._last_id

    def _match(
        self,
        people: Sequence[FloatArray],
        boxes: Sequence[Box],
        same: set[int],
        time_s: float,
        picture: tuple[int, int],
    ) -> dict[int, _Track]:
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
