"""Gestures of a hand, from its landmarks alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.tasks.common.detection.outputs import outputs_by_shape, real_output
from edge.tasks.hands.landmarks import NAMES, WRIST

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import Model, ModelOpener
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.tasks.common.placement import Size
    from edge.tasks.hands.landmarks import SeenHand
    from edge.types import FloatArray

GESTURES = ("none", "closed_fist", "open_palm", "pointing_up", "thumb_down", "thumb_up", "victory", "i_love_you")
"""In the order of the classifier's output; the first is any other or none."""
_EMBEDDING = (1, 128)
_INPUTS = ((1, len(NAMES), 3), (1, 1), (1, len(NAMES), 3))
_TINY = 1e-5


class GestureRecognizer:
    """MediaPipe's gesture embedder and its classifier.

    Raises:
        ModelError: a file is no such model.
    """

    def __init__(self, embedder: Path, classifier: Path, open_model: ModelOpener, timer: InvokeTimer) -> None:
        self._embedder, self._classifier, self._timer = open_model(embedder), open_model(classifier), timer
        self.models: tuple[Model, ...] = (self._embedder, self._classifier)
        self._inputs = tuple(self._embedder.inputs.values())
        (self._embedding,) = outputs_by_shape(self._embedder, _EMBEDDING, what="MediaPipe's gesture embedder")
        if tuple(tensor.shape for tensor in self._inputs) != _INPUTS:
            raise ModelError(f"{embedder}: not MediaPipe's gesture embedder: it has other inputs")
        (self._scores,) = outputs_by_shape(
            self._classifier, (1, len(GESTURES)), what=f"a classifier of {len(GESTURES)} gestures"
        )

    def recognize(self, hand: SeenHand, picture: Size) -> FloatArray:
        """``(8,) float32``: the probabilities of ``GESTURES``.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        own = (shape_of(hand.points, picture), np.array([[hand.right]], np.float32), shape_of(hand.world, (1, 1)))
        for tensor, values in zip(self._inputs, own, strict=True):
            tensor.store(values.reshape(tensor.shape), self._embedder.view(tensor))
        self._timer.invoke(self._embedder)
        (wanted,) = self._classifier.inputs.values()
        wanted.store(real_output(self._embedder, self._embedding), self._classifier.view(wanted))
        self._timer.invoke(self._classifier)
        return real_output(self._classifier, self._scores).reshape(-1)


def shape_of(places: FloatArray, picture: Size) -> FloatArray:
    """``(21, 3)`` landmarks wherever and however large a hand is: from the wrist, in the longer side of its box.

    Places are normalised to a ``picture`` of any shape, after MediaPipe's ``landmarks_to_matrix_calculator.cc``.
    """
    height, width = picture
    longer = max(height, width)
    square = places * np.array((width / longer, height / longer, 1), np.float32)
    reach = (square[:, :2].max(axis=0) - square[:, :2].min(axis=0)).max()
    return np.asarray((square - square[WRIST]) / (reach + np.float32(_TINY)), np.float32)
