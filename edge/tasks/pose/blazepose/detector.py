"""BlazePose's detector: regions with a person each, from all of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.anchors import AnchorParameters, ssd_anchors
from edge.tasks.common.detection.detections import decode, weighted_suppression
from edge.tasks.common.detection.region import circle_region
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.look import Look
from edge.tasks.pose.blazepose.outputs import outputs_by_shape, real_output

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.detection.detections import Detections
    from edge.tasks.common.detection.region import RotatedRegion
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.types import Box, Frame

# The constants are those of MediaPipe's pose_detection_cpu.pbtxt and pose_detection_to_roi.pbtxt.
_ANCHORS = AnchorParameters(input_px=224, strides=(8, 16, 32, 32, 32), min_scale=0.1484375, max_scale=0.75)
_OFFSETS, _LOGITS = (1, 2254, 12), (1, 2254, 1)
_PIXELS = Normalization(mean=(127.5,), std=(127.5,))
_LEAST_SCORE = 0.5
_LEAST_IOU = 0.3
REGION_SCALE = 1.25
"""How much larger than the circle around a person the region is."""


class PersonDetector:
    """Finds people by their faces and upper bodies.

    After Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", 2020.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, open_model: ModelOpener, timer: InvokeTimer, *, still: bool) -> None:
        self.model = open_model(path)
        self._timer = timer
        self._offsets, self._logits = outputs_by_shape(self.model, _OFFSETS, _LOGITS, what="BlazePose's detector")
        self._input = ImageInput(self.model, next(iter(self.model.inputs.values())), _PIXELS, area=still)
        self._anchors = ssd_anchors(_ANCHORS)

    def find(self, frame: Frame, bounds: Box) -> list[RotatedRegion]:
        """A region for each person within ``bounds``, the surest first.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        placement = self._input.show(frame, Look(region=bounds))
        self._timer.invoke(self.model)
        circles = weighted_suppression(self._decode(), _LEAST_IOU).keypoints[:, :2, ::-1]
        padded = np.concatenate((circles, np.zeros((*circles.shape[:2], 1), np.float32)), axis=2)
        points = placement.to_picture(padded, self._input.size, frame.size)[..., :2] * np.array(frame.size)
        return [
            circle_region((centre[1], centre[0]), (rim[1], rim[0])).expanded(REGION_SCALE)
            for centre, rim in points.tolist()
        ]

    def _decode(self) -> Detections:
        offsets, logits = (real_output(self.model, one) for one in (self._offsets, self._logits))
        return decode(offsets[0], logits[0, :, 0], self._anchors, self._input.size[0], _LEAST_SCORE)
