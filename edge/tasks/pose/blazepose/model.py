"""Pose: BlazePose's people, followed from frame to frame by where their landmarks were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.follower import RegionFollower, Stages
from edge.tasks.common.detection.search import Search, SearchParameters
from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.observer import Observation
from edge.tasks.pose.blazepose.detector import PersonDetector
from edge.tasks.pose.blazepose.landmarker import PoseLandmarker
from edge.tasks.pose.landmarks import COCO_ROWS
from edge.tasks.pose.observer import PERSON_SHAPE, PoseTraits
from edge.tracking.doubles import doubles
from edge.tracking.evidence import sureness
from edge.tracking.geometry import box_around, columns, extent
from edge.types import FULL_FRAME, Box

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Size
    from edge.tasks.pose.blazepose.landmarker import SeenPerson
    from edge.types import FloatArray, Frame

_QUANTUM = 0.001
"""Its numbers have no steps; so little of a region is less than a pixel of its input."""
# The detector finds one person well, and of several the nearest; in parts of a picture it finds the others. So it looks
# at all of the region and at one of its corners in turn, at a still at all of them.
_CORNERS = tuple(Box(x, y, 0.6, 0.6) for y in (0.0, 0.4) for x in (0.0, 0.4))
_STILL = SearchParameters(nobody_s=0.2, more_s=1.0, turns=((FULL_FRAME, *_CORNERS),))
_STREAM = SearchParameters(
    nobody_s=0.2,
    more_s=1.0,
    more_looks=25,
    turns=tuple((place,) for corner in _CORNERS for place in (FULL_FRAME, corner)),
)
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
        self._timer = InvokeTimer()
        finder = PersonDetector(detector, open_model, self._timer, still=still)
        self._landmarker = PoseLandmarker(landmarks, open_model, self._timer)
        self._follower = RegionFollower(
            Stages(finder.find, self._landmarker.look, _distinct, _SAME_REGION, _is_sure),
            Search(_STILL if still else _STREAM),
        )
        self.models = (finder.model, self._landmarker.model)

    def reset(self) -> None:
        """Forget where people were."""
        self._follower.reset()

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        """Find people; see :data:`edge.tasks.pose.observer.PoseObserver`.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        self._timer.restart()
        people = self._follower.follow(frame, look)
        keypoints = [_keypoints(person) for person in people]
        values = np.array(keypoints, np.float32).reshape(-1, *PERSON_SHAPE)
        details = tuple(person.landmarks for person in people)
        return Observation(values, self._timer.total_ms, self._landmarker.model.backend, details)


def _keypoints(person: SeenPerson) -> FloatArray:
    """COCO's keypoints among the landmarks, ``(17, 3)``: y, x, score."""
    points = person.landmarks.points[COCO_ROWS]
    return np.column_stack((points[:, 1], points[:, 0], points[:, 3:].min(axis=1)))


def _is_sure(person: SeenPerson) -> bool:
    return sureness(_keypoints(person)[:, 2].tolist()) >= _SURE


def _distinct(people: list[SeenPerson], picture: Size) -> list[SeenPerson]:
    """The same without those who are somebody before them."""
    keypoints = [_keypoints(person) for person in people]
    boxes = [box_around(extent(columns(one), _MIN_SCORE)) for one in keypoints]
    again = doubles(boxes, keypoints, picture, _SAME_PERSON, _MIN_SCORE)
    return [person for number, person in enumerate(people) if number not in again]
