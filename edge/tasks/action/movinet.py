"""Action: what somebody is doing, by a MoViNet stream whose states are fed back from step to step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError, ModelOutputError
from edge.runtime.facts import ModelFacts
from edge.runtime.labels import find_labels
from edge.runtime.normalization import Normalization
from edge.tasks.common.categories import ScoreReader
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.observer import Observation

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener, Tensor
    from edge.tasks.common.look import Look
    from edge.types import FloatArray, Frame

_UNIT_RANGE = Normalization(mean=(0.0,), std=(255.0,))


class MoViNet:
    """A streaming video classifier: image ``[1, 1, height, width, 3]``, logits ``[1, classes]``, and states.

    A state has the same name on both sides of the signature. One that the model passes through unchanged shares its
    tensor and costs nothing; the others are copied once, from output memory to input memory.

    Raises:
        ModelError: the model is none, or its labels do not fit.
    """

    def __init__(
        self, path: Path, open_model: ModelOpener, *, labels_file: Path | None = None, still: bool = False
    ) -> None:
        facts = ModelFacts(path)
        self.model = open_model(path, free_px=lambda: _stated_px(facts))
        inputs, outputs = self.model.inputs, self.model.outputs
        images = [tensor for name, tensor in inputs.items() if name not in outputs and len(tensor.shape) == 5]  # noqa: PLR2004
        logits = [tensor for name, tensor in outputs.items() if name not in inputs]
        self._states = tuple((inputs[name], outputs[name]) for name in inputs if name in outputs)
        fits = len(images) == 1 and len(logits) == 1 and len(inputs) == len(self._states) + 1
        if not fits or not self._states or not ScoreReader.suits(logits[0]):
            raise ModelError(
                f"{path}: not a streaming action model: one image [1, 1, height, width, 3], one output of classes and "
                "states named alike on both sides are needed; set action.model to a MoViNet stream file"
            )
        self._moving = tuple((i, o) for i, o in self._states if i.index != o.index)
        self._scores = ScoreReader(self.model, logits[0])
        self.traits = find_labels(facts, labels_file, "en", self._scores.classes)
        self._input = ImageInput(self.model, images[0], facts.normalization or _UNIT_RANGE, area=still)
        self.reset()

    def reset(self) -> None:
        """Forget everything seen: all states stand for zero, as at the start of a clip."""
        for state, _ in self._states:
            self.model.view(state)[...] = state.zero_point

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        """Feed one frame and carry the states on.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number; it has forgotten everything.
        """
        self._input.show(frame, look)
        started_ns = time.monotonic_ns()
        self.model.invoke()
        for state_in, state_out in self._moving:
            self._carry(state_in, state_out)
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        try:
            return Observation(self._scores.read(), inference_ms, self.model.backend)
        except ModelOutputError:
            self.reset()  # what is no number in a state would stay there for ever
            raise

    def _carry(self, state_in: Tensor, state_out: Tensor) -> None:
        view_in, view_out = self.model.view(state_in), self.model.view(state_out)
        if state_in.quantization == state_out.quantization:
            np.copyto(view_in, view_out)
        else:
            state_in.store(state_out.real(view_out), view_in)


def _stated_px(facts: ModelFacts) -> tuple[int, int]:
    if facts.input_px is None:
        raise ModelError(
            f"{facts.path}: the model takes pictures of any size and nothing states which is right for it; set "
            "action.model to a MoViNet stream file with a fixed size"
        )
    return facts.input_px
