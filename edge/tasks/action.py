"""Action: what somebody is doing, by a MoViNet stream whose states are fed back from step to step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import numpy as np

from edge.errors import ModelError
from edge.runtime.interpreter import Model
from edge.runtime.labels import find_labels
from edge.runtime.metadata import Normalization, read_metadata
from edge.tasks.categories import ScoreReader
from edge.tasks.image_input import ImageInput
from edge.tasks.observer import ScoreObservation
from edge.tasks.placement import place
from edge.tasks.thumbnail import thumbnail
from edge.types import FULL_FRAME

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.interpreter import Tensor
    from edge.types import Frame, ImageArray

_UNIT_RANGE = Normalization(mean=0.0, std=255.0)


class ActionTask:
    """A streaming video classifier: image ``[1, 1, height, width, 3]``, logits ``[1, classes]``, and states.

    A state has the same name on both sides of the signature. One that the model passes through unchanged shares its
    tensor and costs nothing; the others are copied once, from output memory to input memory.

    Raises:
        ModelError: the model is none, or its labels do not fit.
    """

    name: Literal["action"] = "action"

    def __init__(self, path: Path, *, threads: int, labels_file: Path | None = None, still: bool = False) -> None:
        self.model = Model(path, threads=threads)
        inputs, outputs = self.model.inputs, self.model.outputs
        images = [tensor for name, tensor in inputs.items() if name not in outputs and len(tensor.shape) == 5]  # noqa: PLR2004
        logits = [tensor for name, tensor in outputs.items() if name not in inputs]
        self._states = tuple((inputs[name], outputs[name]) for name in inputs if name in outputs)
        if len(images) != 1 or len(logits) != 1 or len(inputs) != len(self._states) + 1 or not self._states:
            raise ModelError(
                f"{path}: not a streaming action model: one image [1, 1, height, width, 3], one output of classes and "
                "states named alike on both sides are needed; set action.model to a MoViNet stream file"
            )
        self._moving = tuple((i, o) for i, o in self._states if i.index != o.index)
        metadata = read_metadata(path)
        self.labels = find_labels(path, metadata, labels_file, "en", logits[0].shape[-1])
        self._input = ImageInput(self.model, images[0], metadata.normalization or _UNIT_RANGE, area=still)
        self._scores = ScoreReader(self.model, logits[0])
        self.reset()

    def reset(self) -> None:
        """Forget everything seen: all states become zero, as at the start of a clip."""
        for state, _ in self._states:
            self.model.view(state)[...] = 0

    def observe(self, frame: Frame) -> ScoreObservation:
        """Feed one frame (stretched to the input, as the model was trained) and carry the states on.

        Raises:
            ModelError: the model failed.
        """
        self._input.write(frame.image, place(FULL_FRAME, frame.size, self._input.size, FULL_FRAME))
        started_ns = time.monotonic_ns()
        self.model.invoke()
        for state_in, state_out in self._moving:
            self._carry(state_in, state_out)
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        return ScoreObservation(scores=self._scores.read(), inference_ms=inference_ms)

    def glance(self, frame: Frame) -> ImageArray:
        """``(24, 32) uint8``: a frame as a few grey places, to see whether something moved or the scene was cut."""
        return thumbnail(frame)

    def _carry(self, state_in: Tensor, state_out: Tensor) -> None:
        np.copyto(self.model.view(state_in), self.model.view(state_out))
