"""The outputs of a model by their shapes.

MediaPipe's models have no names for them that say anything, and converters change their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.tasks.common.categories import not_a_number

if TYPE_CHECKING:
    from edge.runtime.model import Model, Tensor
    from edge.types import FloatArray


def outputs_by_shape(model: Model, *shapes: tuple[int, ...], what: str) -> tuple[Tensor, ...]:
    """The output of each shape.

    Raises:
        ModelError: there is none of one of them, so the model is not ``what`` it should be.
    """
    by_shape = {tensor.shape: tensor for tensor in model.outputs.values()}
    if not by_shape.keys() >= set(shapes):
        found, wanted = (", ".join(str(list(shape)) for shape in some) for some in (by_shape, shapes))
        raise ModelError(f"{model.path}: not {what}: its outputs are {found}; they should be {wanted}")
    return tuple(by_shape[shape] for shape in shapes)


def real_output(model: Model, output: Tensor) -> FloatArray:
    """What an output holds, as float32 in memory of its own.

    Raises:
        ModelOutputError: it is no number.
    """
    values = output.real(model.view(output))
    if not np.isfinite(values).all():
        raise not_a_number(model)
    return values
