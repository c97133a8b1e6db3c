"""Face: MediaPipe's faces, followed from frame to frame by where their meshes were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.observer import Observation
from edge.tasks.face.boxes import box_of
from edge.tasks.face.detector import FaceDetector
from edge.tasks.face.landmarker import FaceLandmarker
from edge.tasks.face.observer import FaceTraits, SeenFaces
from edge.tracking.geometry import covered, iou
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.detection.region import RotatedRegion
    from edge.tasks.common.look import Look
    from edge.tasks.face.files import FaceFiles
    from edge.tasks.face.landmarker import SeenFace
    from edge.types import Box, Frame

_LONGEST_GAP_S = 1.0
"""After a longer time nobody is where he was."""
_NOBODY_S, _MORE_S = 0.1, 0.5
"""How often the detector looks where there is no face, and beside faces that are followed where more are wanted."""
_SAME_REGION, _SAME_FACE = 0.5, 0.5
"""Regions and faces that overlap more are of one face."""


class MediaPipeFace:
    """Several faces, each by a region of its own; the detector only where fewer are followed than are wanted.

    Raises:
        ModelError: a file is not what it should be.
    """

    def __init__(self, files: FaceFiles, open_model: ModelOpener, *, least_presence: float, still: bool) -> None:
        self._timer = InvokeTimer()
        self._detector = FaceDetector(files.detector, files.range, open_model, self._timer, still=still)
        self._landmarker = FaceLandmarker(files.landmarks, open_model, self._timer, least_presence)
        self.models = (self._detector.model, self._landmarker.model)
        self.traits = FaceTraits(self._landmarker.points)
        self.reset()

    def reset(self) -> None:
        """Forget where faces were."""
        self._regions: list[RotatedRegion] = []
        self._last_s, self._searched_s, self._size = -np.inf, -np.inf, (0, 0)

    def observe(self, frame: Frame, look: Look) -> Observation[SeenFaces]:
        """Find faces; see :class:`edge.tasks.face.observer.SeenFaces`.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        self._timer.restart()
        time_s = frame.timestamp_ns / NS_PER_S
        if frame.size != self._size or not 0 <= time_s - self._last_s <= _LONGEST_GAP_S:
            self.reset()
        self._last_s, self._size = time_s, frame.size
        faces = self._faces(frame, look, time_s)
        self._regions = [face.next_region for face in faces]
        meshes = np.array([face.mesh for face in faces], np.float32).reshape(-1, self.traits.points, 3)
        seen = SeenFaces(meshes, np.array([face.score for face in faces], np.float32))
        return Observation(seen, self._timer.total_ms, self._landmarker.model.backend)

    def _faces(self, frame: Frame, look: Look, time_s: float) -> list[SeenFace]:
        """Those that are followed and, where it is time for that, others."""
        faces = self._look(frame, look, self._regions[: look.most])
        if len(faces) >= look.most or time_s - self._searched_s < (_MORE_S if faces else _NOBODY_S):
            return faces
        self._searched_s = time_s
        regions = self._newcomers(frame, look.region, faces)[: look.most - len(faces)]
        return _distinct([*faces, *self._look(frame, look, regions)])

    def _look(self, frame: Frame, look: Look, regions: Iterable[RotatedRegion]) -> list[SeenFace]:
        """Whatever faces are in these regions, each once."""
        seen = (self._landmarker.look(frame, region, look.region) for region in regions)
        return _distinct([face for face in seen if face is not None])

    def _newcomers(self, frame: Frame, bounds: Box, known: list[SeenFace]) -> list[RotatedRegion]:
        """Regions of faces that are not followed yet, the surest first."""
        followed = [face.next_region.upright(frame.size) for face in known]
        found = (face.region for face in self._detector.find(frame, bounds))
        return [
            region for region in found if all(iou(region.upright(frame.size), one) <= _SAME_REGION for one in followed)
        ]


def _distinct(faces: list[SeenFace]) -> list[SeenFace]:
    """The same without those that are a face before them."""
    if len(faces) <= 1:
        return faces
    kept: list[tuple[SeenFace, Box]] = []
    for face in faces:
        box = box_of(face.mesh)
        if all(covered(box, other) <= _SAME_FACE for _, other in kept):
            kept.append((face, box))
    return [face for face, _ in kept]
