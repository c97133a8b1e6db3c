"""Pose: BlazePose's people, followed from frame to frame by where their landmarks were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.observer import Observation
from edge.tasks.pose.blazepose.detector import PersonDetector
from edge.tasks.pose.blazepose.landmarker import PoseLandmarker, SeenPerson
from edge.tasks.pose.blazepose.search import Search, part_of
from edge.tasks.pose.landmarks import COCO_ROWS
from edge.tasks.pose.observer import PERSON_SHAPE, PoseTraits
from edge.tracking.doubles import doubles
from edge.tracking.evidence import sureness
from edge.tracking.geometry import box_around, columns, extent, iou
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.detection.region import RotatedRegion
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Size
    from edge.types import Box, FloatArray, Frame

_QUANTUM = 0.001
"""Its numbers have no steps; so little of a region is less than a pixel of its input."""
_LONGEST_GAP_S = 1.0
"""After a longer time nobody is where he was."""
_SAME_REGION = 0.75
"""Regions that overlap more are of one person; the landmarks tell whether those that overlap less are, too."""
_SAME_PERSON, _MIN_SCORE = 0.55, 0.2
_SURE = 0.36
"""Somebody with keypoints less sure than this is shown by nobody, so the detector goes on as if nobody were there."""


class BlazePose:
    """Several people, each by a region of their own; the detector only where fewer are followed than are wanted.

    Its cost is bounded: five times a second while there is nobody for sure, else once a second and at one of 25 looks
    at most. Each person costs a run of the landmark model, and each look of the detector one more for everybody who may
    be new. A keypoint's score is the lesser of visibility and presence.

    Raises:
        ModelError: a file is not what it should be.
    """

    traits = PoseTraits(is_single=False, quantum=_QUANTUM)

    def __init__(self, detector: Path, landmarks: Path, open_model: ModelOpener, *, still: bool = False) -> None:
        self._search, self._timer = Search(still=still), InvokeTimer()
        self._detector = PersonDetector(detector, open_model, self._timer, still=still)
        self._landmarker = PoseLandmarker(landmarks, open_model, self._timer)
        self.models = (self._detector.model, self._landmarker.model)
        self.reset()

    def reset(self) -> None:
        """Forget where people were."""
        self._regions: list[RotatedRegion] = []
        self._search.restart()
        self._last_s, self._size = -np.inf, (0, 0)

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        """Find people; see :data:`edge.tasks.pose.observer.PoseObserver`.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        self._timer.restart()
        time_s = frame.timestamp_ns / NS_PER_S
        if frame.size != self._size or not 0 <= time_s - self._last_s <= _LONGEST_GAP_S:
            self.reset()
        self._last_s, self._size = time_s, frame.size
        people = self._people(frame, look, time_s)[: look.most]
        self._regions = [person.next_region for person in people]
        keypoints = [_keypoints(person) for person in people]
        values = np.array(keypoints, np.float32).reshape(-1, *PERSON_SHAPE)
        details = tuple(person.landmarks for person in people)
        return Observation(values, self._timer.total_ms, self._landmarker.model.backend, details)

    def _people(self, frame: Frame, look: Look, time_s: float) -> list[SeenPerson]:
        """Those who are followed and, where it is time for that, newcomers; those who are there for sure come first."""
        people = _surest_first(self._look(frame, look, self._regions))
        self._search.count()
        if _missing(people, look):
            for place in self._search.places(time_s, anybody=_missing(people, look) < look.most):
                people = self._with_newcomers(people, frame, look, place)
        return people

    def _with_newcomers(self, people: list[SeenPerson], frame: Frame, look: Look, place: Box) -> list[SeenPerson]:
        """The same and whoever else is in a place of the region, the surest first, as far as more are wanted."""
        if missing := _missing(people, look):
            regions = self._newcomers(frame, part_of(look.region, place), people)[:missing]
            return _distinct(_surest_first([*people, *self._look(frame, look, regions)]), frame.size)
        return people

    def _look(self, frame: Frame, look: Look, regions: Iterable[RotatedRegion]) -> list[SeenPerson]:
        """Whoever is in these regions, once."""
        seen = (self._landmarker.look(frame, region, look.region) for region in regions)
        return _distinct([person for person in seen if person is not None], frame.size)

    def _newcomers(self, frame: Frame, bounds: Box, known: list[SeenPerson]) -> list[RotatedRegion]:
        """Regions of people who may not be followed yet, those first that overlap least with whom is."""
        followed = [person.next_region.upright(frame.size) for person in known]

        def overlap(region: RotatedRegion) -> float:
            return max((iou(region.upright(frame.size), other) for other in followed), default=0.0)

        found = self._detector.find(frame, bounds)
        return sorted((region for region in found if overlap(region) <= _SAME_REGION), key=overlap)


def _keypoints(person: SeenPerson) -> FloatArray:
    """COCO's keypoints among the landmarks, ``(17, 3)``: y, x, score."""
    points = person.landmarks.points[COCO_ROWS]
    return np.column_stack((points[:, 1], points[:, 0], points[:, 3:].min(axis=1)))


def _is_sure(person: SeenPerson) -> bool:
    return sureness(_keypoints(person)[:, 2].tolist()) >= _SURE


def _missing(people: Iterable[SeenPerson], look: Look) -> int:
    """How many more are wanted than are there for sure."""
    return max(look.most - sum(map(_is_sure, people)), 0)


def _surest_first(people: list[SeenPerson]) -> list[SeenPerson]:
    return sorted(people, key=_is_sure, reverse=True)


def _distinct(people: list[SeenPerson], picture: Size) -> list[SeenPerson]:
    """The same without those who are somebody before them."""
    keypoints = [_keypoints(person) for person in people]
    boxes = [box_around(extent(columns(one), _MIN_SCORE)) for one in keypoints]
    again = doubles(boxes, keypoints, picture, _SAME_PERSON, _MIN_SCORE)
    return [person for number, person in enumerate(people) if number not in again]
