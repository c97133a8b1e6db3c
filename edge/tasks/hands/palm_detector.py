"""MediaPipe's palm detector: regions with a hand each."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.anchors import AnchorParameters
from edge.tasks.common.detection.detector import Detector, DetectorParameters
from edge.tasks.common.detection.region import RotatedRegion, rotation_rad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.types import Box, Frame

# The constants are those of MediaPipe's palm_detection_cpu.pbtxt and palm_detection_detection_to_roi.pbtxt.
_PARAMETERS = DetectorParameters(
    what="MediaPipe's palm detector of 192 pixels",
    anchors=AnchorParameters(input_px=192, strides=(8, 16, 16, 16), min_scale=0.1484375, max_scale=0.75),
    keypoints=7,
    pixels=Normalization(mean=(0.0,), std=(255.0,)),
)
_WRIST, _MIDDLE_MCP = 0, 2
"""The keypoints of a palm that tell how it is turned."""
_SCALE, _SHIFT_Y = 2.6, -0.5
"""From the box of a palm to the region of the hand."""


class PalmDetector:
    """Finds hands by their palms.

    After Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, open_model: ModelOpener, timer: InvokeTimer, *, least_score: float) -> None:
        self._detector = Detector(path, _PARAMETERS, open_model, timer)
        self._least_score = least_score
        self.model = self._detector.model

    def find(self, frame: Frame, bounds: Box) -> list[RotatedRegion]:
        """A region for each hand within ``bounds``, the surest first.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        found = self._detector.find(frame, bounds, self._least_score)
        size = np.array(frame.size[::-1])
        boxes, points = found.boxes * np.tile(size, 2), found.keypoints[:, [_WRIST, _MIDDLE_MCP]] * size
        return [
            _region(box, rotation_rad((x, y), (to_x, to_y), pi / 2))
            for box, ((x, y), (to_x, to_y)) in zip(boxes.tolist(), points.tolist(), strict=True)
        ]


def _region(box: Sequence[float], rotation: float) -> RotatedRegion:
    left, top, right, bottom = box
    palm = RotatedRegion((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, rotation)
    return palm.expanded(_SCALE, shift_y=_SHIFT_Y)
