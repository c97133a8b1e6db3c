"""BlazeFace: faces with six key points each, from all of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.anchors import AnchorParameters
from edge.tasks.common.detection.detector import Detector, DetectorParameters
from edge.tasks.common.detection.region import RotatedRegion, rotation_rad
from edge.tasks.face.landmarker import REGION_SCALE
from edge.tasks.face.mesh import KEY_POINTS

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.tasks.face.settings import Range
    from edge.types import Box, FloatArray, Frame

_SIGNED = Normalization(mean=(127.5,), std=(127.5,))


class _Kind(NamedTuple):
    """A detector, and how sure it has to be."""

    parameters: DetectorParameters
    least_score: float


def _kind(name: str, anchors: AnchorParameters, least_score: float) -> _Kind:
    return _Kind(
        DetectorParameters(f"BlazeFace's {name} range detector", anchors, len(KEY_POINTS), _SIGNED), least_score
    )


# The constants are those of MediaPipe's face_detection_short_range.pbtxt and face_detection_full_range.pbtxt.
_KINDS: dict[Range, _Kind] = {
    "short": _kind("short", AnchorParameters(128, (8, 16, 16, 16), 0.1484375, 0.75), 0.5),
    "full": _kind("full", AnchorParameters(192, (4,), 0.1484375, 0.75, interpolated_ratio=0.0), 0.6),
}


class FoundFace(NamedTuple):
    """A face in pixels of the picture: ``box`` is left, top, right, bottom, ``key_points`` ``(6, 2)`` x, y."""

    score: float
    box: FloatArray
    key_points: FloatArray

    @property
    def region(self) -> RotatedRegion:
        """Where to look for its landmarks; the eyes are level there."""
        left, top, right, bottom = self.box.tolist()
        (right_x, right_y), (left_x, left_y) = self.key_points[:2].tolist()
        turn = rotation_rad((right_x, right_y), (left_x, left_y), 0.0)
        whole = RotatedRegion((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, turn)
        return whole.expanded(REGION_SCALE)


class FaceDetector:
    """Finds faces, up to about two metres away (short) or five (full).

    After Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, face_range: Range, open_model: ModelOpener, timer: InvokeTimer) -> None:
        kind = _KINDS[face_range]
        self._detector = Detector(path, kind.parameters, open_model, timer)
        self._least_score = kind.least_score
        self.model = self._detector.model

    def find(self, frame: Frame, bounds: Box) -> list[FoundFace]:
        """The faces within ``bounds``, the surest first.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        found = self._detector.find(frame, bounds, self._least_score)
        size = np.array((frame.width, frame.height), np.float32)
        boxes, points = found.boxes * np.tile(size, 2), found.keypoints * size
        return [FoundFace(*one) for one in zip(found.scores.tolist(), boxes, points, strict=True)]

    def regions(self, frame: Frame, bounds: Box) -> list[RotatedRegion]:
        """Where to look for the landmarks of each; as :meth:`find`."""
        return [face.region for face in self.find(frame, bounds)]
