"""Whether two files of a model are the same to whoever uses it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.runtime.model import Model, Tensor


class Tensors(NamedTuple):
    """Inputs and outputs of a file, in its order."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    @classmethod
    def of(cls, model: Model) -> Tensors:
        """Those of a model that is loaded."""
        return cls(tuple(model.inputs.values()), tuple(model.outputs.values()))


def difference(ours: Tensors, theirs: Tensors) -> str:
    """Where inputs or outputs differ, in number, shape, type or quantization; empty where they do not. Names may."""
    return _difference("input", ours.inputs, theirs.inputs) or _difference("output", ours.outputs, theirs.outputs)


def _difference(what: str, ours: Iterable[Tensor], theirs: Iterable[Tensor]) -> str:
    for number, (one, other) in enumerate(zip_longest(ours, theirs)):
        if one is None or other is None or _meaning(one) != _meaning(other):
            return f"its {what} {number} is {_said(other)}, not {_said(one)}"
    return ""


def _meaning(tensor: Tensor) -> tuple[object, ...]:
    return tensor.shape, tensor.quantization


def _said(tensor: Tensor | None) -> str:
    if tensor is None:
        return "missing"
    scaled = f", scale {tensor.scale:g}, zero point {tensor.zero_point}" if tensor.is_quantized else ""
    return f"{'x'.join(map(str, tensor.shape))} {tensor.dtype}{scaled}"
