"""What is remembered of one person from frame to frame."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.association import similarity
from edge.tracking.clothing import Clothing
from edge.tracking.evidence import Evidence
from edge.tracking.geometry import Columns, box_area_px, box_around, extent, iou, mean_score
from edge.tracking.person import PERSON_SCORE, TrackedPerson
from edge.tracking.smoothing import KeypointSmoother
from edge.tracking.visibility import KeypointVisibility
from edge.types import Box

if TYPE_CHECKING:
    from edge.tracking.person import Found, PeopleParameters
    from edge.types import FloatArray

DOUBT_S = 0.25
"""A newcomer at a doubtful place is somebody once seen for so long; one who is doubted for more than coming in at the
edge is forgotten when unseen for so long."""
_TORSO = [5, 6, 11, 12]
_MIN_SIZE_PX = 10.0
_COURSE_S = 0.4
"""Time constant of the average of a person's speed."""
_LONGEST_COAST_S = 1.0
_LEAST_LOOK_S, _MOST_LOOK_S = 0.1, 0.2
"""For so long counts, in averages over time, what one look says of somebody who waited: a bad one is not all that is
known."""
_RESTART_S = 0.6
"""After a gap this long what was smoothed says nothing of where a person is now."""


class Track:
    """What is remembered of one person."""

    def __init__(
        self, key: int, found: Found, time_s: float, parameters: PeopleParameters, *, on_top: bool, at_edge: bool
    ) -> None:
        self.key = key
        self.id = 0
        """0 until the person is believed to be there."""
        self.is_shown = False
        """It was, when it was last looked for."""
        self._born_s = time_s
        self._on_top, self._at_edge = on_top, at_edge
        """Somebody known was where the person appeared, or the edge, where others come in, too."""
        self._evidence = Evidence(found.sure, time_s)
        self._parameters = parameters
        self._smoother: KeypointSmoother | None = None
        self._visibility = KeypointVisibility(found.columns.scores, time_s, parameters.visibility)
        self._picture = (0, 0)
        """Its size, ``(height, width)`` in pixels, of which what is smoothed is; that of a stream may change."""
        self._size_px = 0.0
        self._middle: FloatArray | None = None
        self._course = np.zeros(2, np.float32)
        self.last: TrackedPerson | None = None
        self.clothing = Clothing()
        self.seen_s = time_s
        self._waited_s = 0.0
        self._looked_s, self._unlooked_s, self._uncounted_s = time_s, 0.0, 0.0
        """When it was looked last, for how long it waited since, and what of all time does not count."""
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
        self._count(time_s)
        self._evidence.add(found.sure, time_s - self._uncounted_s)
        return self._evidence.average >= limits.exit if self.id else found.sure >= limits.enter

    def is_believed(self, time_s: float) -> bool:
        """Whether enough speaks for a newcomer, for long enough at a doubtful place."""
        if (self._on_top or self._at_edge) and time_s - self._uncounted_s - self._born_s < DOUBT_S:
            return False
        return self._evidence.is_enough(self._parameters.evidence)

    def patience_s(self, step_s: float) -> float:
        """For how long it may be looked for in vain; whoever is doubted until the next picture, ``step_s`` later."""
        longest_s = self._parameters.max_gap_s
        if self.id or (self._at_edge and not self._on_top):
            return longest_s
        return min(longest_s, max(DOUBT_S, step_s))

    def wait(self, step_s: float) -> None:
        """Nobody looked for the person, for so long."""
        self._waited_s += step_s
        self._unlooked_s += step_s

    def _count(self, time_s: float) -> None:
        """Of the time since the last look only what it was looked for counts, within limits, if somebody waited."""
        step_s, unlooked_s = time_s - self._looked_s, self._unlooked_s
        self._looked_s, self._unlooked_s = time_s, 0.0
        if unlooked_s:
            counted_s = min(max(step_s - unlooked_s, _LEAST_LOOK_S), _MOST_LOOK_S, step_s)
            self._uncounted_s += step_s - counted_s

    def missed_s(self, time_s: float) -> float:
        """For how long it was looked for in vain."""
        return time_s - self.seen_s - self._waited_s

    def see(self, found: Found, time_s: float, picture: tuple[int, int]) -> TrackedPerson:
        """Take an observation in; the person as it is shown."""
        person = found.columns
        step_s, self.seen_s, self._waited_s = time_s - self.seen_s, time_s, 0.0
        height, width = picture
        visibility, smoother, pace = self._visibility, self._smoother, 0.0
        visibility.update(person.scores, time_s - self._uncounted_s)
        if smoother is not None:
            if step_s > _RESTART_S or picture != self._picture:
                ys, xs = smoother.start(person, picture)
            else:
                ys, xs = smoother.update(person, picture, step_s, self._size_px, found.quantum_px)
            person = Columns(ys, xs, visibility.scores.copy())
            pace = max(compress(smoother.paces, visibility.seen), default=0.0)
        self._picture = picture
        reach = extent(person, PERSON_SCORE)
        box, pace_px_s = box_around(reach), pace * self._size_px
        self._size_px = max(box.width * width, box.height * height, _MIN_SIZE_PX)
        keypoints, seen = np.array(person, np.float32).T, tuple(visibility.seen)
        score = mean_score(person.scores)
        self.last = TrackedPerson(
            self.id, score, keypoints, person, reach, box, seen, pace_px_s, found.number, self.key
        )
        return self.last

    def set_course(self, step_s: float) -> None:
        """Note where the middle of the person goes, for the frames in which it is not reported."""
        if self.last is None:
            return
        torso = self.last.keypoints[_TORSO, :2].mean(axis=0)
        if self._middle is not None and 0 < step_s <= _RESTART_S:
            weight = np.float32(step_s / (step_s + _COURSE_S))
            self._course = self._course + ((torso - self._middle) / np.float32(step_s) - self._course) * weight
        self._middle = torso

    def overlap(self, box: Box) -> float:
        """How much of this person a box covers, as intersection over union with where it was last."""
        return iou(self.last.box, box) if self.last else 0.0

    def likeness(self, keypoints: FloatArray, box: Box, time_s: float, picture: tuple[int, int]) -> float:
        """How much an observation looks like this person where it should be now, 0..1.

        By keypoints, or by the overlap of boxes where that is larger.
        """
        if self.last is None:
            return 0.0
        own, shift = self.last.box, self._course * np.float32(min(time_s - self.seen_s, _LONGEST_COAST_S))
        ahead = self.last.keypoints.copy()
        ahead[:, :2] += shift
        moved = Box(own.x + float(shift[1]), own.y + float(shift[0]), own.width, own.height)
        alike = similarity(ahead, keypoints, box_area_px(own, picture), picture, PERSON_SCORE)
        return max(alike, 0.5 * iou(moved, box))
