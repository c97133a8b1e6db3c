"""The outputs of a model by their shapes.

MediaPipe's models have no names for them that say anything, and converters change their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.tasks.common.categories import not_a_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.runtime.model import Model, Tensor
    from edge.types import FloatArray


def outputs_by_shape(model: Model, *shapes: tuple[int, ...], what: str) -> tuple[Tensor, ...]:
    """The output of each shape.

    Raises:
        ModelError: there is none of one of them, so the model is not ``what`` it should be.
    """
    by_shape = {tensor.shape: tensor for tensor in model.outputs.values()}
    if not by_shape.keys() >= set(shapes):
        raise _wrong(model, by_shape, shapes, what)
    return tuple(by_shape[shape] for shape in shapes)


def outputs_in_order(model: Model, *shapes: tuple[int, ...], what: str) -> tuple[Tensor, ...]:
    """All outputs, in the order of their names: where two have the same shape, only that tells them apart.

    Raises:
        ModelError: they have other shapes, so the model is not ``what`` it should be.
    """
    found = tuple(tensor for _, tensor in sorted(model.outputs.items()))
    if tuple(tensor.shape for tensor in found) != shapes:
        raise _wrong(model, [tensor.shape for tensor in found], shapes, what)
    return found


def real_output(model: Model, output: Tensor) -> FloatArray:
    """What an output holds, as float32 in memory of its own.

    Raises:
        ModelOutputError: it is no number.
    """
    values = output.real(model.view(output))
    if not np.isfinite(values).all():
        raise not_a_number(model)
    return values


def _wrong(model: Model, found: Iterable[tuple[int, ...]], wanted: Iterable[tuple[int, ...]], what: str) -> ModelError:
    found_text, wanted_text = (", ".join(str(list(shape)) for shape in shapes) for shapes in (found, wanted))
    return ModelError(f"{model.path}: not {what}: its outputs are {found_text}; they should be {wanted_text}")
