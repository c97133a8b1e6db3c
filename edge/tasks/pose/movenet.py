"""Pose: MoveNet's keypoints of the people in a frame."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.normalization import Normalization
from edge.tasks.common.categories import not_a_number
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.observer import Observation
from edge.tasks.pose.observer import PERSON_SHAPE, PoseTraits

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.types import FloatArray, Frame

_PERSON_SIZE = math.prod(PERSON_SHAPE)
_SINGLE = (1, 1, *PERSON_SHAPE)
_MULTI = (1, 6, _PERSON_SIZE + 5)
_RAW_PIXELS = Normalization(mean=(0.0,), std=(1.0,))
_FREE_INPUT_PX = (256, 256)
"""MultiPose leaves height and width free; a square of this size suits it."""


class MoveNet:
    """MoveNet SinglePose (any input size and type) or MultiPose.

    Output formats after the model cards of MoveNet SinglePose and MultiPose: ``[1, 1, 17, 3]`` y, x, score;
    ``[1, 6, 56]`` 17 times y, x, score, then a box and the score of the person.

    Raises:
        ModelError: the model is not one of these.
    """

    def __init__(self, path: Path, open_model: ModelOpener, *, still: bool = False) -> None:
        self.model = open_model(path, free_px=lambda: _FREE_INPUT_PX)
        self._output = next(iter(self.model.outputs.values()))
        if self._output.shape not in (_SINGLE, _MULTI):
            raise ModelError(
                f"{path}: not a pose model: its output is {list(self._output.shape)}, "
                f"MoveNet's is {list(_SINGLE)} or {list(_MULTI)}; set pose.model to a MoveNet file"
            )
        self.traits = PoseTraits(is_single=self._output.shape == _SINGLE)
        image = next(iter(self.model.inputs.values()))
        stated = ModelFacts(path).normalization if image.dtype.kind == "f" else None
        self._input = ImageInput(self.model, image, stated or _RAW_PIXELS, area=still)

    def reset(self) -> None:
        """Nothing to forget: every frame stands for itself."""

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        """Find people; see :data:`edge.tasks.pose.observer.PoseObserver`.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        placement = self._input.show(frame, look)
        started_ns = time.monotonic_ns()
        self.model.invoke()
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        people = placement.to_picture(self._decode(), self._input.size, frame.size)
        return Observation(people, inference_ms, self.model.backend)

    def _decode(self) -> FloatArray:
        """``(n, 17, 3) float32``: y, x, score of everybody, in memory of their own.

        Raises:
            ModelOutputError: one of them is no number.
        """
        people: FloatArray = self._output.real(self.model.view(self._output))[0]
        if not self.traits.is_single:
            people = people[:, :_PERSON_SIZE].reshape(-1, *PERSON_SHAPE)
        if not np.isfinite(people).all():
            raise not_a_number(self.model)
        return people
