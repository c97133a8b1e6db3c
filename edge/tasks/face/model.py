"""Face: MediaPipe's faces, followed from frame to frame by where their meshes were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.follower import RegionFollower, Stages
from edge.tasks.common.detection.search import Search, SearchParameters
from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.observer import Observation
from edge.tasks.common.place_boxes import box_of
from edge.tasks.face.detector import FaceDetector
from edge.tasks.face.landmarker import FaceLandmarker
from edge.tasks.face.observer import FaceTraits, SeenFaces
from edge.tracking.geometry import covered

if TYPE_CHECKING:
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Size
    from edge.tasks.face.files import FaceFiles
    from edge.tasks.face.landmarker import SeenFace
    from edge.types import Box, Frame

_SEARCH = SearchParameters(nobody_s=0.1, more_s=0.5)
_SAME_REGION, _SAME_FACE = 0.5, 0.5
"""Regions and faces that overlap more are of one face."""


class MediaPipeFace:
    """Several faces, each by a region of its own; the detector only where fewer are followed than are wanted.

    Raises:
        ModelError: a file is not what it should be.
    """

    def __init__(self, files: FaceFiles, open_model: ModelOpener, *, least_presence: float) -> None:
        self._timer = InvokeTimer()
        detector = FaceDetector(files.detector, files.range, open_model, self._timer)
        self._landmarker = FaceLandmarker(files.landmarks, open_model, self._timer, least_presence)
        self._follower = RegionFollower(
            Stages(detector.regions, self._landmarker.look, _distinct, _SAME_REGION), Search(_SEARCH)
        )
        self.models = (detector.model, self._landmarker.model)
        self.traits = FaceTraits(self._landmarker.points)

    def reset(self) -> None:
        """Forget where faces were."""
        self._follower.reset()

    def observe(self, frame: Frame, look: Look) -> Observation[SeenFaces]:
        """Find faces; see :class:`edge.tasks.face.observer.SeenFaces`.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        self._timer.restart()
        faces = self._follower.follow(frame, look)
        meshes = np.array([face.mesh for face in faces], np.float32).reshape(-1, self.traits.points, 3)
        seen = SeenFaces(meshes, np.array([face.score for face in faces], np.float32))
        return Observation(seen, self._timer.total_ms, self._landmarker.model.backend)


def _distinct(faces: list[SeenFace], _picture: Size) -> list[SeenFace]:
    """The same without those that are a face before them."""
    if len(faces) <= 1:
        return faces
    kept: list[tuple[SeenFace, Box]] = []
    for face in faces:
        box = box_of(face.mesh)
        if all(covered(box, other) <= _SAME_FACE for _, other in kept):
            kept.append((face, box))
    return [face for face, _ in kept]
