"""People from frame to frame: identities and steady keypoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.tracking.geometry import iou, keypoint_box, oks
from edge.tracking.one_euro import OneEuroFilter, OneEuroParameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tracking.geometry import Rows
    from edge.types import Box, FloatArray

_MIN_SCORE = 0.2
_MIN_SIMILARITY = 0.2
_MIN_SCALE = 0.02
"""The size below which a person's speed is no longer measured against its size (1 = the frame)."""


@dataclass(frozen=True, slots=True)
class PeopleParameters:
    """``max_gap_s``: how long a person may be unseen and still be the same; ``smoothing`` None: not smoothed."""

    max_gap_s: float
    smoothing: OneEuroParameters | None


@dataclass(frozen=True, slots=True)
class TrackedPerson:
    """``keypoints`` is ``(17, 3) float32`` y, x, score, smoothed; ``rows`` are the same numbers, ``box`` holds them."""

    id: int
    keypoints: FloatArray
    rows: Rows
    box: Box


class _Track:
    """What is remembered of one person."""

    def __init__(self, identity: int, smoothing: OneEuroParameters | None) -> None:
        self._id = identity
        self._filter: OneEuroFilter | None = None
        self.smooth_by(smoothing)
        self._scale = 1.0
        self._last: TrackedPerson | None = None
        self.seen_s = 0.0

    def smooth_by(self, parameters: OneEuroParameters | None) -> None:
        """Smooth with these parameters from now on; what the filter remembers stays."""
        if parameters is None:
            self._filter = None
        elif self._filter is None:
            self._filter = OneEuroFilter(parameters)
        else:
            self._filter.parameters = parameters

    def see(self, keypoints: FloatArray, time_s: float) -> TrackedPerson:
        """Take an observation in; the smoothed person."""
        smooth = keypoints
        if self._filter is not None:
            smooth = keypoints.copy()
            smooth[:, :2] = self._filter.update(keypoints[:, :2], time_s - self.seen_s, self._scale)
        rows = smooth.tolist()
        box = keypoint_box(rows, _MIN_SCORE)
        self._scale = max(box.width, box.height, _MIN_SCALE)
        self.seen_s = time_s
        self._last = TrackedPerson(self._id, smooth, rows, box)
        return self._last

    def similarity(self, keypoints: FloatArray, box: Box) -> float:
        """How much an observation looks like this person, 0..1: OKS, or the overlap of boxes where that is larger."""
        if self._last is None:
            return 0.0
        own = self._last.box
        return max(oks(self._last.keypoints, keypoints, own.width * own.height, _MIN_SCORE), iou(own, box))


class PeopleTracker:
    """Gives each person an id that stays while it is seen, and smooths its keypoints.

    Ids grow from 1 and are used again only after :meth:`restart`. With ``single`` (a model that always reports one
    person) whoever is seen within ``max_gap_s`` is the same person.
    """

    def __init__(self, parameters: PeopleParameters, *, single: bool) -> None:
        self._parameters = parameters
        self._single = single
        self._tracks: list[_Track] = []
        self._last_id = 0

    def tune(self, parameters: PeopleParameters, *, single: bool) -> None:
        """Go on with other parameters; people stay who they are."""
        self._parameters = parameters
        self._single = single
        for track in self._tracks:
            track.smooth_by(parameters.smoothing)

    def forget(self) -> None:
        """Drop all people, for instance after a cut; ids go on."""
        self._tracks.clear()

    def restart(self) -> None:
        """Drop all people and count from 1 again, for another subject."""
        self.forget()
        self._last_id = 0

    def update(self, people: Sequence[FloatArray], time_s: float) -> tuple[TrackedPerson, ...]:
        """Match people, each ``(17, 3)``, to those known and smooth them; same order as given.

        ``time_s`` grows from call to call; observations too weak to show are left out by the caller.
        """
        oldest_s = time_s - self._parameters.max_gap_s
        self._tracks = [track for track in self._tracks if track.seen_s >= oldest_s]
        matches = self._match(people)
        return tuple([(matches.get(i) or self._new_track()).see(person, time_s) for i, person in enumerate(people)])

    def _new_track(self) -> _Track:
        self._last_id += 1
        track = _Track(self._last_id, self._parameters.smoothing)
        self._tracks.append(track)
        return track

    def _match(self, people: Sequence[FloatArray]) -> dict[int, _Track]:
        """The known person for each observation that has one: greedy, most similar pairs first."""
        if self._single and self._tracks and len(people) == 1:
            return {0: self._tracks[0]}
        boxes = [keypoint_box(person.tolist(), _MIN_SCORE) for person in people]
        pairs = sorted(
            (
                (track.similarity(person, box), i, k)
                for i, (person, box) in enumerate(zip(people, boxes, strict=True))
                for k, track in enumerate(self._tracks)
            ),
            reverse=True,
        )
        matched: dict[int, int] = {}
        for similarity, i, k in pairs:
            if similarity >= _MIN_SIMILARITY and i not in matched and k not in matched.values():
                matched[i] = k
        return {i: self._tracks[k] for i, k in matched.items()}
