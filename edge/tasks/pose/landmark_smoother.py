"""Steady landmarks: each person's, by the filter that steadies the keypoints."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.tasks.common.place_smoother import PlaceSmoother
from edge.tasks.pose.landmarks import COCO_ROWS, Landmarks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge.tracking.person import TrackedPerson
    from edge.tracking.smoothing import SmoothingParameters
    from edge.types import Box, FloatArray

_RESTART_S = 0.6
"""As for keypoints: after a longer gap what was smoothed says nothing of where a person is now."""
_IN_MM, _BODY_MM = (1000.0, 1000.0, 1000.0), 1700.0


class LandmarkSmoother:
    """Smooths the landmarks of the people who are shown; depths like places, in the units of their x."""

    def __init__(self, parameters: SmoothingParameters | None) -> None:
        self._parameters = parameters
        self._people: dict[int, _Person] = {}

    def tune(self, parameters: SmoothingParameters | None) -> None:
        """Go on with other parameters, from where everybody is; None: as the model gives them."""
        if parameters != self._parameters:
            self._parameters = parameters
            self.forget()

    def forget(self) -> None:
        """Begin anew with everybody."""
        self._people = {}

    def update(
        self, people: Iterable[TrackedPerson], found: Sequence[Landmarks], time_s: float, picture: tuple[int, int]
    ) -> dict[int, Landmarks]:
        """The landmarks of each person, by id; ``found`` are those of all who were seen, in the model's order."""
        before, self._people = self._people, {}
        shown: dict[int, Landmarks] = {}
        for person in people:
            landmarks = found[person.number]
            if self._parameters is not None:
                own = before.get(person.id)
                if own is None or not 0 < time_s - own.seen_s <= _RESTART_S or own.picture != picture:
                    own = _Person(picture, self._parameters)
                self._people[person.id] = own
                landmarks = own.see(landmarks, person.box, time_s)
            shown[person.id] = _joined(landmarks, person.keypoints)
        return shown


class _Person:
    """What is remembered of one person, in a picture of ``(height, width)`` pixels."""

    def __init__(self, picture: tuple[int, int], parameters: SmoothingParameters) -> None:
        self.picture = picture
        self.seen_s = 0.0
        self._in_picture, self._in_room = PlaceSmoother(parameters), PlaceSmoother(parameters)

    def see(self, found: Landmarks, box: Box, time_s: float) -> Landmarks:
        """Take an observation in; the landmarks as they are shown."""
        step_s, self.seen_s = time_s - self.seen_s, time_s
        height, width = self.picture
        scores, points = found.points[:, 3].tolist(), found.points.copy()
        size_px = max(box.width * width, box.height * height)
        points[:, :3] = self._in_picture.update(
            points[:, :3], scores, (width, height, width), step_s=step_s, size=size_px
        )
        world = self._in_room.update(found.world, scores, _IN_MM, step_s=step_s, size=_BODY_MM)
        return replace(found, points=points, world=world)


def _joined(landmarks: Landmarks, keypoints: FloatArray) -> Landmarks:
    """The same with COCO's where the keypoints are: a joint is in one place, whoever asks."""
    points = landmarks.points.copy()
    points[COCO_ROWS, :2] = keypoints[:, 1::-1]
    return replace(landmarks, points=points)
