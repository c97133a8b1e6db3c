"""Classification: what a picture shows, by any TFLite image classifier."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.labels import find_labels
from edge.tasks.classification.stated_input import StatedInput
from edge.tasks.common.categories import ScoreReader
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.observer import Observation

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.types import FloatArray, Frame

_NOTHING_STATED = StatedInput()


class Classifier:
    """An image classifier with one output of class scores: uint8, int8 or float; softmax, sigmoid or logits.

    Raises:
        ModelError: the model is none, or its labels do not fit.
    """

    def __init__(
        self,
        path: Path,
        open_model: ModelOpener,
        *,
        labels_file: Path | None = None,
        stated: StatedInput = _NOTHING_STATED,
        locale: str = "en",
        still: bool = False,
    ) -> None:
        facts = ModelFacts(path)
        self.model = open_model(path, free_px=lambda: stated.free_px(facts))
        inputs, outputs = list(self.model.inputs.values()), list(self.model.outputs.values())
        if len(inputs) != 1 or len(outputs) != 1 or not ScoreReader.suits(outputs[0]):
            raise ModelError(
                f"{path}: not an image classifier: {len(inputs)} inputs and {len(outputs)} outputs, the first "
                f"{outputs[0].dtype.name} {list(outputs[0].shape)}; one image in and scores [1, classes] out are "
                "needed; set classification.model"
            )
        self._scores = ScoreReader(self.model, outputs[0])
        self.traits = find_labels(facts, labels_file, locale, self._scores.classes)
        self._input = ImageInput(self.model, inputs[0], stated.normalization(facts, inputs[0]), area=still)
        stated.check_size(facts, self._input.size)

    def reset(self) -> None:
        """Nothing to forget: every frame stands for itself."""

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        """Classify a part of ``frame``.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        self._input.show(frame, look)
        started_ns = time.monotonic_ns()
        self.model.invoke()
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        return Observation(self._scores.read(), inference_ms, self.model.backend)
