"""Pose: MoveNet's keypoints of the people in a frame."""

from __future__ import annotations

import logging
import math
import time
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.normalization import Normalization
from edge.runtime.outline import read_outline
from edge.tasks.common.categories import not_a_number
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.observer import Observation
from edge.tasks.pose.observer import PERSON_SHAPE, PoseTraits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Placement, Size
    from edge.types import FloatArray, Frame

_log = logging.getLogger(__name__)

_PERSON_SIZE = math.prod(PERSON_SHAPE)
_SINGLE = (1, 1, *PERSON_SHAPE)
_MULTI = (1, 6, _PERSON_SIZE + 5)
_RAW_PIXELS = Normalization(mean=(0.0,), std=(1.0,))
_LONG_SIDE_PX = 256
"""Of an input that is left open, as MultiPose's is; larger ones are slower and find nobody else."""
_STEP_PX = 32
_ROUNDING = 0.01
"""Of a step: what a picture lacks less of is not worth one more."""
_USUAL_SHAPE = (3, 4)
_INT8_QUANTUM_PX, _FLOAT_QUANTUM_PX = 0.77, 0.2
"""In pixels of the input, which make a step of 0.004 for Lightning in int8, of 0.003 for Thunder; without int8 places
come in no steps, and what is left is by how much noise in the picture moves them (``bench.pose_models``)."""


class MoveNet:
    """MoveNet SinglePose (any input size and type) or MultiPose.

    Output formats after the model cards of MoveNet SinglePose and MultiPose: ``[1, 1, 17, 3]`` y, x, score;
    ``[1, 6, 56]`` 17 times y, x, score, then a box and the score of the person.

    An input that the model leaves open is made to fit what is looked at, its longer side ``long_side_px``: what has
    another shape than the frame before has the model loaded anew. Where that fails, the input stays as it is, which
    then has margins, and a line of the log says why.

    Raises:
        ModelError: the model is not one of these.
    """

    def __init__(
        self, path: Path, open_model: ModelOpener, *, still: bool = False, long_side_px: int = _LONG_SIDE_PX
    ) -> None:
        self._path, self._open_model, self._still = path, open_model, still
        self._long_side_px = long_side_px
        self._is_free = False
        self._fitted_px = fitting_px(long_side_px, _USUAL_SHAPE)
        self._load(self._fitted_px)
        step_px = _INT8_QUANTUM_PX if read_outline(path).is_int8 else _FLOAT_QUANTUM_PX
        self.traits = PoseTraits(self._output.shape == _SINGLE, step_px / max(self._input.size))

    def reset(self) -> None:
        """Nothing to forget: every frame stands for itself."""

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        """Find people; see :data:`edge.tasks.pose.observer.PoseObserver`.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        if self._is_free:
            self._fit(frame, look)
        return self._run(self._input.show(frame, look), frame.size)

    def stage(self, frame: Frame, look: Look) -> Callable[[], Observation[FloatArray]] | None:
        """As :meth:`observe` in two parts, see :class:`edge.tasks.common.ahead.StagingObserver`."""
        if self._is_free:  # the model of the run before may not be that of this one
            return None
        staged = self._input.stage(frame, look)

        def run() -> Observation[FloatArray]:
            self._input.fill(staged)
            return self._run(staged.placement, frame.size)

        return run

    def _run(self, placement: Placement, picture: Size) -> Observation[FloatArray]:
        """Who is in what was placed in the input."""
        started_ns = time.monotonic_ns()
        self.model.invoke()
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        people = placement.to_picture(self._decode(), self._input.size, picture)
        return Observation(people, inference_ms, self.model.backend)

    def _load(self, size: Size) -> None:
        """The model, with an input of ``size`` where it leaves that open."""

        def free_px() -> Size:
            self._is_free = True
            return size

        model = self._open_model(self._path, free_px=free_px)
        output = next(iter(model.outputs.values()))
        if output.shape not in (_SINGLE, _MULTI):
            raise ModelError(
                f"{self._path}: not a pose model: its output is {list(output.shape)}, MoveNet's is "
                f"{list(_SINGLE)} or {list(_MULTI)}, and PoseNet's are heatmaps [1, h, w, 17], offsets [1, h, w, 34] "
                "and displacements [1, h, w, 64] or two of [1, h, w, 32], BlazePose's landmarks [1, 195] and others; "
                "set pose.model to one of these"
            )
        image = next(iter(model.inputs.values()))
        stated = ModelFacts(self._path).normalization if image.dtype.kind == "f" else None
        self._input = ImageInput(model, image, stated or _RAW_PIXELS, area=self._still)
        self.model, self._output = model, output

    def _fit(self, frame: Frame, look: Look) -> None:
        """See to it that the input has the shape of what is looked at; once for each shape."""
        part = look.crop or look.region
        size = fitting_px(self._long_side_px, (part.height * frame.height, part.width * frame.width))
        if size in {self._fitted_px, self._input.size}:
            return
        self._fitted_px = size
        try:
            self._load(size)
        except ModelError as error:
            height, width = self._input.size
            _log.warning("%s; its input stays %d by %d, and what has another shape gets margins", error, width, height)

    def _decode(self) -> FloatArray:
        """``(n, 17, 3) float32``: y, x, score of everybody, in memory of their own.

        Raises:
            ModelOutputError: one of them is no number.
        """
        people: FloatArray = self._output.real(self.model.view(self._output))[0]
        if self._output.shape == _MULTI:
            people = people[:, :_PERSON_SIZE].reshape(-1, *PERSON_SHAPE)
        if not np.isfinite(people).all():
            raise not_a_number(self.model)
        return people


def fitting_px(long_side_px: int, shape: tuple[float, float]) -> Size:
    """Height and width of the smallest input that holds ``shape`` (the same of a picture) with such a longer side.

    Both are multiples of 32 pixels, which MultiPose asks for.
    """
    scale = long_side_px / max(shape)
    height, width = (max(math.ceil(side * scale / _STEP_PX - _ROUNDING), 1) * _STEP_PX for side in shape)
    return height, width
