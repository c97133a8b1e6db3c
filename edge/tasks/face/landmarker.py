"""The landmarks of a face: the mesh of who is in a region, and where to look for that face next."""

from __future__ import annotations

from math import tanh
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.errors import ModelError
from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.outputs import outputs_by_shape, real_output
from edge.tasks.common.detection.region import RotatedRegion, rotation_rad
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.place_boxes import extent_of
from edge.tasks.face.mesh import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from edge.tasks.face.mesh_output import MeshOutput

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import Model, ModelOpener
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.tasks.common.placement import Size
    from edge.types import Box, FloatArray, Frame

_UNIT = Normalization(mean=(0.0,), std=(255.0,))
_FLAG = (1, 1, 1, 1)
_OWN_OPERATIONS = ("TransformTensorBilinear", "TransformLandmarks", "Landmarks2TransformMatrix")
"""Of MediaPipe's attention mesh as it is published; no TFLite runtime has them."""
REGION_SCALE = 1.5
"""How much larger than a face its region is."""


class SeenFace(NamedTuple):
    """A face, ``mesh`` as in ``SeenFaces``, and the region to look into in the next frame."""

    mesh: FloatArray
    score: float
    next_region: RotatedRegion


class FaceLandmarker:
    """The mesh of one face, as MediaPipe's ``face_landmark_cpu.pbtxt`` reads it.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, open_model: ModelOpener, timer: InvokeTimer, least_presence: float) -> None:
        self.model = _opened(path, open_model)
        self._timer, self._least_presence = timer, least_presence
        self._mesh = MeshOutput(self.model)
        (self._flag,) = outputs_by_shape(self.model, _FLAG, what="MediaPipe's face landmarks")
        self._input = ImageInput(self.model, next(iter(self.model.inputs.values())), _UNIT, area=False, replicate=True)

    @property
    def points(self) -> int:
        """How many a mesh has."""
        return self._mesh.points

    def look(self, frame: Frame, region: RotatedRegion, bounds: Box) -> SeenFace | None:
        """The face in ``region`` as far as it lies within ``bounds``; None where there is none.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        matrix = region.matrix
        self._input.warp(frame.image, matrix, bounds)
        self._timer.invoke(self.model)
        score = _probability(real_output(self.model, self._flag).item())
        if score < self._least_presence:
            return None
        mesh = self._in_frame(self._mesh.read(), matrix, region.width_px, frame.size)
        return SeenFace(mesh, score, _region_around(mesh, frame.size))

    def _in_frame(self, mesh: FloatArray, matrix: FloatArray, region_px: float, picture: Size) -> FloatArray:
        """``(points, 3)`` x, y, z normalised to the picture, of such in pixels of the input; all in one product."""
        height, width = picture
        (x_across, x_down, x), (y_across, y_down, y) = matrix.tolist()
        across, down = 1 / (width * self._input.size[1]), 1 / (height * self._input.size[1])
        turn = (
            (x_across * across, y_across * down, 0),
            (x_down * across, y_down * down, 0),
            (0, 0, region_px * across),
        )
        placed: FloatArray = mesh @ np.array(turn, np.float32)
        placed += np.array((x / width, y / height, 0), np.float32)
        return placed


def _probability(logit: float) -> float:
    """The sigmoid, which overflows nowhere when written like this."""
    return (1 + tanh(logit / 2)) / 2


def _region_around(mesh: FloatArray, picture: Size) -> RotatedRegion:
    """Where to look for the face of a ``(points, 3)`` mesh, normalised to the picture; the eyes are level there."""
    height, width = picture
    top, left, bottom, right = extent_of(mesh)
    (right_x, right_y, _), (left_x, left_y, _) = mesh[RIGHT_EYE_OUTER].tolist(), mesh[LEFT_EYE_OUTER].tolist()
    turn = rotation_rad((right_x * width, right_y * height), (left_x * width, left_y * height), 0.0)
    middle_x, middle_y = (left + right) / 2 * width, (top + bottom) / 2 * height
    whole = RotatedRegion(middle_x, middle_y, (right - left) * width, (bottom - top) * height, turn)
    return whole.expanded(REGION_SCALE)


def _opened(path: Path, open_model: ModelOpener) -> Model:
    try:
        return open_model(path)
    except ModelError as error:
        if any(name in str(error) for name in _OWN_OPERATIONS):
            raise ModelError(
                f"{path}: MediaPipe's attention mesh needs operations that only MediaPipe has; use its conversion to"
                " stock operations (face_landmark_with_attention_stockops_f16.tflite), or face-landmarker,"
                " which has the irises, too"
            ) from error
        raise
