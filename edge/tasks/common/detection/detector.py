"""A single-shot detector as a model: from a frame to what it has found there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.anchors import ssd_anchors
from edge.tasks.common.detection.detections import Detections, decode, weighted_suppression
from edge.tasks.common.detection.outputs import outputs_by_shape, real_output
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.look import Look

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.runtime.normalization import Normalization
    from edge.tasks.common.detection.anchors import AnchorParameters
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.tasks.common.placement import Placement, Size
    from edge.types import Box, FloatArray, Frame

_LEAST_IOU = 0.3
"""Of all of MediaPipe's detectors: what overlaps more is the same thing."""


@dataclass(frozen=True, slots=True)
class DetectorParameters:
    """What has to be known of a model beside its file.

    ``what`` it is, for an error; ``keypoints``, how many there are of each thing; ``pixels``, what its input holds.
    """

    what: str
    anchors: AnchorParameters
    keypoints: int
    pixels: Normalization


class Detector:
    """Finds things of one kind in a part of a frame, whose shape is kept.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(
        self, path: Path, parameters: DetectorParameters, open_model: ModelOpener, timer: InvokeTimer, *, still: bool
    ) -> None:
        self.model = open_model(path)
        self._timer = timer
        self._anchors = ssd_anchors(parameters.anchors)
        count, values = len(self._anchors), 4 + 2 * parameters.keypoints
        self._offsets, self._logits = outputs_by_shape(
            self.model, (1, count, values), (1, count, 1), what=parameters.what
        )
        self._input = ImageInput(self.model, next(iter(self.model.inputs.values())), parameters.pixels, area=still)

    def find(self, frame: Frame, bounds: Box, least_score: float) -> Detections:
        """What scores at least so much within ``bounds``, in 0..1 of the frame, the surest first.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        placement = self._input.show(frame, Look(region=bounds))
        self._timer.invoke(self.model)
        offsets, logits = (real_output(self.model, one) for one in (self._offsets, self._logits))
        decoded = decode(offsets[0], logits[0, :, 0], self._anchors, self._input.size[0], least_score)
        found = weighted_suppression(decoded, _LEAST_IOU)
        return Detections(
            found.scores,
            self._to_picture(found.boxes.reshape(-1, 2, 2), placement, frame.size).reshape(-1, 4),
            self._to_picture(found.keypoints, placement, frame.size),
        )

    def _to_picture(self, points: FloatArray, placement: Placement, picture: Size) -> FloatArray:
        """``(n, k, 2)`` x, y of the input in 0..1 of the picture."""
        padded = np.concatenate((points[..., ::-1], np.zeros((*points.shape[:2], 1), np.float32)), axis=2)
        return placement.to_picture(padded, self._input.size, picture)[..., 1::-1]
