"""A single-shot detector as a model: from a frame to what it has found there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.anchors import ssd_anchors
from edge.tasks.common.detection.detections import Detections, decode, weighted_suppression
from edge.tasks.common.detection.outputs import outputs_by_shape, real_output
from edge.tasks.common.detection.region import RotatedRegion
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.look import Look
from edge.tasks.common.placement import fitting_crop

if TYPE_CHECKING:
    from collections.abc import Callable
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
    ``is_warped``: a frame comes into it as into a model for a region, which is how MediaPipe does it; else it is
    resized on whole pixels.
    """

    what: str
    anchors: AnchorParameters
    keypoints: int
    pixels: Normalization
    is_warped: bool = True


class Detector:
    """Finds things of one kind in a part of a frame, whose shape is kept.

    Where it is resized and ``area``, a pixel is the mean of all that become one.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(
        self,
        path: Path,
        parameters: DetectorParameters,
        open_model: ModelOpener,
        timer: InvokeTimer,
        *,
        area: bool = False,
    ) -> None:
        self.model = open_model(path)
        self._timer = timer
        self._anchors = ssd_anchors(parameters.anchors)
        count, values = len(self._anchors), 4 + 2 * parameters.keypoints
        self._offsets, self._logits = outputs_by_shape(
            self.model, (1, count, values), (1, count, 1), what=parameters.what
        )
        self._input = ImageInput(self.model, next(iter(self.model.inputs.values())), parameters.pixels, area=area)
        self._is_warped = parameters.is_warped

    def find(self, frame: Frame, bounds: Box, least_score: float) -> Detections:
        """What scores at least so much within ``bounds``, in 0..1 of the frame, the surest first.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        to_picture = self._warp(frame, bounds) if self._is_warped else self._resize(frame, bounds)
        self._timer.invoke(self.model)
        offsets, logits = (real_output(self.model, one) for one in (self._offsets, self._logits))
        decoded = decode(offsets[0], logits[0, :, 0], self._anchors, self._input.size[0], least_score)
        found = weighted_suppression(decoded, _LEAST_IOU)
        boxes = to_picture(found.boxes.reshape(-1, 2, 2)).reshape(-1, 4)
        return Detections(found.scores, boxes, to_picture(found.keypoints))

    def _warp(self, frame: Frame, bounds: Box) -> Callable[[FloatArray], FloatArray]:
        """Show the frame; what takes ``(n, k, 2)`` x, y of the input to 0..1 of the frame."""
        crop = fitting_crop("letterbox", bounds, frame.size, self._input.size)
        width_px, height_px = crop.width * frame.width, crop.height * frame.height
        left_px, top_px = crop.x * frame.width, crop.y * frame.height
        region = RotatedRegion(left_px + width_px / 2, top_px + height_px / 2, width_px, height_px)
        self._input.warp(frame.image, region.matrix, bounds)
        size = np.array((frame.width, frame.height), np.float32)
        return lambda points: region.to_picture(points) / size

    def _resize(self, frame: Frame, bounds: Box) -> Callable[[FloatArray], FloatArray]:
        """The same in another way."""
        placement = self._input.show(frame, Look(region=bounds))
        return lambda points: self._to_picture(points, placement, frame.size)

    def _to_picture(self, points: FloatArray, placement: Placement, picture: Size) -> FloatArray:
        """``(n, k, 2)`` x, y of the input in 0..1 of the picture."""
        padded = np.concatenate((points[..., ::-1], np.zeros((*points.shape[:2], 1), np.float32)), axis=2)
        return placement.to_picture(padded, self._input.size, picture)[..., 1::-1]
