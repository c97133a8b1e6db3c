"""The model: how light a picture is."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.normalization import Normalization
from edge.tasks.common.categories import not_a_number
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.observer import Observation

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.types import Frame

_FROM_0_TO_1 = Normalization(mean=(0.0,), std=(255.0,))


class LightMeter:
    """Any model with a picture in and one number out, 0 for black to 1 for white.

    Raises:
        ModelError: it is none.
    """

    traits = None  # there is nothing to know of it

    def __init__(self, path: Path, open_model: ModelOpener, *, still: bool) -> None:
        self.model = open_model(path)
        inputs, outputs = list(self.model.inputs.values()), list(self.model.outputs.values())
        if len(inputs) != 1 or len(outputs) != 1 or math.prod(outputs[0].shape) != 1:
            raise ModelError(f"{path}: not a light meter: one picture in, one number out; set brightness.model")
        self._output = outputs[0]
        self._input = ImageInput(self.model, inputs[0], _FROM_0_TO_1, area=still)

    def reset(self) -> None:
        """Nothing to forget: every frame stands for itself."""

    def observe(self, frame: Frame, look: Look) -> Observation[float]:
        """How light a part of ``frame`` is.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        self._input.show(frame, look)
        started_ns = time.monotonic_ns()
        self.model.invoke()
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        level = float(self._output.real(self.model.view(self._output)).item())
        if not math.isfinite(level):
            raise not_a_number(self.model)
        return Observation(level, inference_ms, self.model.backend)
