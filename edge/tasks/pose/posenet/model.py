"""PoseNet without a decoder inside: its grid of heatmaps, offsets and displacements, made people here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.normalization import Normalization
from edge.tasks.common.categories import not_a_number
from edge.tasks.common.image_input import ImageInput
from edge.tasks.common.observer import Observation
from edge.tasks.pose.observer import PoseTraits
from edge.tasks.pose.posenet.decode import Heads, decode
from edge.tasks.pose.posenet.tree import EDGES
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from edge.runtime.model import Model, ModelOpener, Tensor
    from edge.tasks.common.look import Look
    from edge.types import FloatArray, Frame

_KEYPOINTS, _EDGES = len(COCO_17.names), len(EDGES)
_SIGNED = Normalization(mean=(127.5,), std=(127.5,))
_MOST_PEOPLE = 10
_MIDDLE_PX = 0.5
"""The network's places are middles of pixels; an input's edges are 0 and 1."""
_BYTES_QUANTUM_PX, _FLOAT_QUANTUM_PX = 0.9, 0.4
"""By how much noise in the picture moves keypoints, in pixels of the input, measured beside MoveNet's step
(``bench.pose_models``)."""


def is_posenet(outputs: Iterable[tuple[int, ...]]) -> bool:
    """Whether outputs of these shapes are heatmaps and offsets of 17 keypoints."""
    channels = {shape[-1] for shape in outputs if len(shape) == 4}  # noqa: PLR2004  # batch, row, column, channel
    return {_KEYPOINTS, 2 * _KEYPOINTS} <= channels


class PoseNet:
    """PoseNet on any backbone, by its outputs: of one grid, in any order.

    ``[1, h, w, 17]`` heatmaps, ``[1, h, w, 34]`` short offsets (17 y, then 17 x) and displacements: Coral's mid offsets
    ``[1, h, w, 64]`` (16 y and 16 x forward, then the same backward) or TensorFlow's two of ``[1, h, w, 32]`` (16 y,
    then 16 x), of which the backward one has ``bwd`` in its name.

    Raises:
        ModelError: the model is none.
    """

    def __init__(self, path: Path, open_model: ModelOpener, *, still: bool = False) -> None:
        self.model = open_model(path)
        image = next(iter(self.model.inputs.values()))
        stated = ModelFacts(path).normalization if image.dtype.kind == "f" else None
        self._input = ImageInput(self.model, image, stated or _SIGNED, area=still)
        self._tensors = _Tensors(self.model, self._input.size)
        quantum_px = _BYTES_QUANTUM_PX if self._tensors.is_quantized else _FLOAT_QUANTUM_PX
        self.traits = PoseTraits(is_single=False, quantum=quantum_px / max(self._input.size))

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
        people = placement.to_picture(self.decoded(), self._input.size, frame.size)
        return Observation(people, inference_ms, self.model.backend)

    def decoded(self) -> FloatArray:
        """``(n, 17, 3) float32``: y, x (0..1 of the input), score of everybody in what the model last answered.

        Raises:
            ModelOutputError: something in it is no number.
        """
        people = decode(self._tensors.heads(), _MOST_PEOPLE)
        people[..., :2] = (people[..., :2] + np.float32(_MIDDLE_PX)) / np.array(self._input.size, np.float32)
        return people


class _Tensors:
    """Where in the outputs of a model what is.

    Raises:
        ModelError: it is not there, or does not fit together.
    """

    def __init__(self, model: Model, size: tuple[int, int]) -> None:
        self._model = model
        self._heatmaps = _of(model, _KEYPOINTS)[0]
        self._offsets = _of(model, 2 * _KEYPOINTS)[0]
        self._displacements = _displacements(model)
        self.is_quantized = self._heatmaps.is_quantized
        self._is_probability = model.yields_probabilities(self._heatmaps)
        self._stride = _stride(model, size, (self._heatmaps, self._offsets, *self._displacements))

    def heads(self) -> Heads:
        """What the model has answered.

        Raises:
            ModelOutputError: something in it is no number.
        """
        scores = self._real(self._heatmaps)
        if not self._is_probability:
            scores = np.float32(0.5) + np.float32(0.5) * np.tanh(scores / 2)  # the sigmoid, without an overflow
        along = np.concatenate([self._real(tensor) for tensor in self._displacements], axis=2)
        directions = np.split(along, 2, axis=2)
        displacements = np.concatenate([_vectors(one) for one in directions], axis=2)
        return Heads(scores, _vectors(self._real(self._offsets)), displacements, self._stride)

    def _real(self, tensor: Tensor) -> FloatArray:
        values: FloatArray = tensor.real(self._model.view(tensor))[0]
        if not np.isfinite(values).all():
            raise not_a_number(self._model)
        return values


def _of(model: Model, channels: int) -> list[Tensor]:
    """The outputs with so many channels."""
    return [tensor for tensor in model.outputs.values() if len(tensor.shape) == 4 and tensor.shape[-1] == channels]  # noqa: PLR2004


def _displacements(model: Model) -> list[Tensor]:
    """The output with those of both directions, or the forward and the backward one."""
    both, each = _of(model, 4 * _EDGES), _of(model, 2 * _EDGES)
    if both:
        return both[:1]
    if len(each) == 2:  # noqa: PLR2004  # forward, backward
        return sorted(each, key=lambda tensor: "bwd" in tensor.name)
    raise ModelError(
        f"{model.path}: heatmaps of PoseNet without displacements, by which people are put together: an output "
        f"[1, h, w, {4 * _EDGES}] or two of [1, h, w, {2 * _EDGES}]; set pose.model to a PoseNet file with all of them"
    )


def _stride(model: Model, size: tuple[int, int], tensors: Sequence[Tensor]) -> int:
    """How many pixels of the input cells of the grid are apart."""
    grids = {tensor.shape[1:3] for tensor in tensors}
    rows, columns = tensors[0].shape[1:3]
    stride = (size[0] - 1) // max(rows - 1, 1)
    if len(grids) > 1 or not stride or ((rows - 1) * stride + 1, (columns - 1) * stride + 1) != size:
        raise ModelError(
            f"{model.path}: not a whole PoseNet: its outputs are {', '.join(str(list(t.shape)) for t in tensors)} for "
            f"an input of {size[0]} by {size[1]}; all need the same rows and columns, one each 8, 16 or 32 pixels"
        )
    return stride


def _vectors(values: FloatArray) -> FloatArray:
    """``(rows, columns, n, 2)`` y, x, of ``(rows, columns, 2 n)`` with the ys before the xs."""
    rows, columns, channels = values.shape
    return values.reshape(rows, columns, 2, channels // 2).swapaxes(2, 3)
