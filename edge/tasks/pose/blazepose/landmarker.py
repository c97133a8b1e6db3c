"""BlazePose's landmarks: 33 points of the person in a region, and where to look for that person next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.detections import sigmoid
from edge.tasks.common.detection.outputs import outputs_by_shape, real_output
from edge.tasks.common.detection.region import RotatedRegion, circle_region
from edge.tasks.common.image_input import ImageInput
from edge.tasks.pose.blazepose.detector import REGION_SCALE
from edge.tasks.pose.blazepose.refinement import refined
from edge.tasks.pose.landmarks import NAMES, Landmarks, Mask

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.types import Box, FloatArray, Frame

_COUNT, _CENTRE, _RIM = 39, 33, 34
"""The points of the model, and those two of them that only tell the next region."""
_SHAPES = ((1, _COUNT * 5), (1, _COUNT * 3), (1, 1), (1, 64, 64, _COUNT), (1, 256, 256, 1))
_UNIT = Normalization(mean=(0.0,), std=(255.0,))
_LEAST_PRESENCE = 0.5
_MASK_PX = (128, 128)
"""A mask is kept in half its size, so that a result with it stays small on its way to the process that draws."""


def is_landmarker(outputs: Iterable[tuple[int, ...]]) -> bool:
    """Whether outputs of these shapes are BlazePose's landmarks."""
    return set(_SHAPES) <= set(outputs)


class SeenPerson(NamedTuple):
    """A person, and the region to look into in the next frame."""

    landmarks: Landmarks
    next_region: RotatedRegion


class PoseLandmarker:
    """The landmarks of one person, as MediaPipe's ``tensors_to_pose_landmarks_and_segmentation.pbtxt`` reads them.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, open_model: ModelOpener, timer: InvokeTimer) -> None:
        self.model = open_model(path)
        self._timer = timer
        self._points, self._world, self._flag, self._heatmaps, self._mask = outputs_by_shape(
            self.model, *_SHAPES, what="BlazePose's landmarks"
        )
        self._input = ImageInput(self.model, next(iter(self.model.inputs.values())), _UNIT, area=False)

    def look(self, frame: Frame, region: RotatedRegion, bounds: Box) -> SeenPerson | None:
        """The person in ``region`` as far as it lies within ``bounds``; None where there is none.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        self._input.warp(frame.image, region.matrix, bounds)
        self._timer.invoke(self.model)
        if real_output(self.model, self._flag).item() < _LEAST_PRESENCE:
            return None
        return self._seen(frame, region)

    def _seen(self, frame: Frame, region: RotatedRegion) -> SeenPerson:
        points = real_output(self.model, self._points).reshape(_COUNT, 5)
        points[:, :3] /= np.float32(self._input.size[1])
        points[:, :2] = refined(points[:, :2], self.model.view(self._heatmaps)[0])
        points[:, :2] = region.to_picture(points[:, :2])
        (x, y), (rim_x, rim_y) = points[[_CENTRE, _RIM], :2].tolist()
        points[:, 2] *= region.width_px
        points[:, :3] /= np.array((frame.width, frame.height, frame.width), np.float32)
        points[:, 3:] = sigmoid(points[:, 3:])
        landmarks = Landmarks(points[: len(NAMES)], self._turned_world(region), self._seen_mask(frame, region))
        return SeenPerson(landmarks, circle_region((x, y), (rim_x, rim_y)).expanded(REGION_SCALE))

    def _seen_mask(self, frame: Frame, region: RotatedRegion) -> Mask:
        logits = real_output(self.model, self._mask)[0, :, :, 0]
        small = np.asarray(cv2.resize(logits, _MASK_PX, interpolation=cv2.INTER_AREA), np.float32)
        matrix = region.matrix / np.array([[frame.width], [frame.height]])
        return Mask((sigmoid(small) * 255).astype(np.uint8), matrix.astype(np.float32))

    def _turned_world(self, region: RotatedRegion) -> FloatArray:
        """In metres, upright as the frame is: the model sees the person turned."""
        return region.upright_places(real_output(self.model, self._world).reshape(_COUNT, 3)[: len(NAMES)])
