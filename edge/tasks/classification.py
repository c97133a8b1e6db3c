"""Classification: what a picture shows, by any TFLite image classifier."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from edge.errors import ModelError
from edge.runtime.interpreter import Model
from edge.runtime.labels import find_labels
from edge.runtime.metadata import Normalization, read_metadata
from edge.tasks.categories import ScoreReader
from edge.tasks.image_input import ImageInput, turned
from edge.tasks.observer import ScoreObservation
from edge.tasks.placement import fitting_crop, place
from edge.types import FULL_FRAME

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Box, Fit, Frame, Rotation

_FLOAT_DEFAULT = Normalization(mean=127.5, std=127.5)
"""For float models that do not state theirs: -1..1, as MobileNet and EfficientNet-Lite were trained."""


class ClassificationTask:
    """An image classifier with one output of class scores: uint8, int8 or float; softmax or logits.

    The region is cut out of the frame, turned clockwise by ``rotate`` and fitted to the input. ``fit``, ``region`` and
    ``rotate`` may be changed between two frames.

    Raises:
        ModelError: the model is none, or its labels do not fit.
    """

    name: Literal["classification"] = "classification"

    def __init__(
        self,
        path: Path,
        *,
        threads: int,
        labels_file: Path | None = None,
        locale: str = "en",
        fit: Fit = "stretch",
        region: Box = FULL_FRAME,
        rotate: Rotation = 0,
        still: bool = False,
    ) -> None:
        self.model = Model(path, threads=threads)
        inputs, outputs = list(self.model.inputs.values()), list(self.model.outputs.values())
        classes = outputs[0].shape[-1] if outputs[0].shape else 0
        if len(inputs) != 1 or len(outputs) != 1 or classes < 2 or outputs[0].shape != _flat(outputs[0].shape):  # noqa: PLR2004
            raise ModelError(
                f"{path}: not an image classifier: {len(inputs)} inputs and {len(outputs)} outputs, the first of shape "
                f"{list(outputs[0].shape)}; one image in and [1, classes] out are needed; set classification.model"
            )
        metadata = read_metadata(path)
        self.labels = find_labels(path, metadata, labels_file, locale, classes)
        self._input = ImageInput(self.model, inputs[0], metadata.normalization or _FLOAT_DEFAULT, area=still)
        self._scores = ScoreReader(self.model, outputs[0])
        self.fit: Fit = fit
        self.region = region
        self.rotate: Rotation = rotate

    def reset(self) -> None:
        """Nothing to forget: every frame stands for itself."""

    def observe(self, frame: Frame) -> ScoreObservation:
        """Classify the region of ``frame``.

        Raises:
            ModelError: the model failed.
        """
        size, input_size = frame.size, turned(self._input.size, self.rotate)
        crop = fitting_crop(self.fit, self.region, size, input_size)
        self._input.write(frame.image, place(crop, size, input_size, self.region), self.rotate)
        started_ns = time.monotonic_ns()
        self.model.invoke()
        inference_ms = (time.monotonic_ns() - started_ns) / 1e6
        return ScoreObservation(scores=self._scores.read(), inference_ms=inference_ms)


def _flat(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape a vector of class scores has: 1 everywhere but in the last place."""
    return (*(1 for _ in shape[:-1]), shape[-1])
