"""BlazePose's detector: regions with a person each, from all of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.anchors import AnchorParameters
from edge.tasks.common.detection.detector import Detector, DetectorParameters
from edge.tasks.common.detection.region import circle_region

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.detection.region import RotatedRegion
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.types import Box, Frame

# The constants are those of MediaPipe's pose_detection_cpu.pbtxt and pose_detection_to_roi.pbtxt.
_PARAMETERS = DetectorParameters(
    what="BlazePose's detector",
    anchors=AnchorParameters(input_px=224, strides=(8, 16, 32, 32, 32), min_scale=0.1484375, max_scale=0.75),
    keypoints=4,
    pixels=Normalization(mean=(127.5,), std=(127.5,)),
    is_warped=False,
)
_LEAST_SCORE = 0.5
REGION_SCALE = 1.25
"""How much larger than the circle around a person the region is."""


class PersonDetector:
    """Finds people by their faces and upper bodies.

    After Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", 2020.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, open_model: ModelOpener, timer: InvokeTimer, *, still: bool) -> None:
        self._detector = Detector(path, _PARAMETERS, open_model, timer, area=still)
        self.model = self._detector.model

    def find(self, frame: Frame, bounds: Box) -> list[RotatedRegion]:
        """A region for each person within ``bounds``, the surest first.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        circles = self._detector.find(frame, bounds, _LEAST_SCORE).keypoints[:, :2]
        return [
            circle_region((x, y), (rim_x, rim_y)).expanded(REGION_SCALE)
            for (x, y), (rim_x, rim_y) in (circles * np.array(frame.size[::-1])).tolist()
        ]
