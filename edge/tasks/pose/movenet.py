"""Pose: MoveNet's keypoints of the people in a frame."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.interpreter import Model
from edge.runtime.normalization import Normalization
from edge.tasks.common.categories import not_a_number
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.placement import fitting_crop, place
from edge.tasks.pose.observer import PoseObservation
from edge.types import FULL_FRAME, Box

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.types import Fit, FloatArray, Frame

_SINGLE = (1, 1, 17, 3)
_MULTI = (1, 6, 56)
_RAW_PIXELS = Normalization(mean=(0.0,), std=(1.0,))
_FREE_INPUT_PX = (256, 256)
"""MultiPose leaves height and width free; a square of this size suits it."""


class MoveNet:
    """MoveNet SinglePose (any input size and type) or MultiPose.

    Output formats after the model cards of MoveNet SinglePose and MultiPose: ``[1, 1, 17, 3]`` y, x, score;
    ``[1, 6, 56]`` 17 times y, x, score, then a box and the score of the person.

    ``fit`` and ``region`` may be changed between two frames.

    Raises:
        ModelError: the model is not one of these.
    """

    def __init__(
        self, path: Path, *, threads: int, fit: Fit = "letterbox", region: Box = FULL_FRAME, still: bool = False
    ) -> None:
        self.model = Model(path, threads=threads, free_px=lambda: _FREE_INPUT_PX)
        self.fit: Fit = fit
        self.region = region
        self._output = next(iter(self.model.outputs.values()))
        if self._output.shape not in (_SINGLE, _MULTI):
            raise ModelError(
                f"{path}: not a pose model: its output is {list(self._output.shape)}, "
                f"MoveNet's is {list(_SINGLE)} or {list(_MULTI)}; set pose.model to a MoveNet file"
            )
        self.is_single = self._output.shape == _SINGLE
        image = next(iter(self.model.inputs.values()))
        stated = ModelFacts(path).normalization if image.dtype.kind == "f" else None
        self._input = ImageInput(self.model, image, stated or _RAW_PIXELS, area=still)

    def observe(
        self, frame: Frame, crop: Box | None = None, closer: Callable[[FloatArray], Box | None] | None = None
    ) -> PoseObservation:
        """Find people in ``crop`` (normalised; None: in all of the region); outside of the region nothing is seen.

        ``closer`` is told the people and may name another crop: then what is seen there in the same frame is the
        answer, and the time that of both looks.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        first = self._look(frame, crop)
        nearer = closer(first.people) if closer else None
        if nearer is None:
            return first
        second = self._look(frame, nearer)
        return PoseObservation(second.people, first.inference_ms + second.inference_ms)

    def _look(self, frame: Frame, crop: Box | None) -> PoseObservation:
        size, input_size = frame.size, self._input.size
        placement = place(crop or fitting_crop(self.fit, self.region, size, input_size), size, input_size, self.region)
        self._input.write(frame.image, placement)
        started_ns = time.monotonic_ns()
        self.model.invoke()
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        people = placement.to_picture(self._decode(), input_size, size)
        return PoseObservation(people=people, inference_ms=inference_ms)

    def _decode(self) -> FloatArray:
        """``(n, 17, 3) float32``: y, x, score of everybody, in memory of their own.

        Raises:
            ModelOutputError: one of them is no number.
        """
        people: FloatArray = self.model.values(self._output)[0]
        if not self.is_single:
            people = people[:, :51].reshape(-1, 17, 3)
        if not np.isfinite(people).all():
            raise not_a_number(self.model)
        return people
