"""What a TFLite file says of its tensors, read without loading it. The layout is TensorFlow's ``schema.fbs``."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.regular_file import open_regular
from edge.errors import ModelError
from edge.runtime.flatbuffer import Table

if TYPE_CHECKING:
    from pathlib import Path

_SUBGRAPHS, _TENSORS, _OUTPUTS, _SHAPE, _TYPE = 2, 0, 2, 0, 1
_INT8 = 9


@dataclass(frozen=True, slots=True)
class Outline:
    """``outputs`` are the shapes of the outputs; ``is_int8``: what it computes, or its weights, come in 256 steps."""

    outputs: tuple[tuple[int, ...], ...]
    is_int8: bool


def read_outline(path: Path) -> Outline:
    """Read what a model file says of its main graph.

    Raises:
        ModelError: it is missing, or no whole model.
    """
    try:
        with open_regular(path) as content, mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as model:
            graph = Table.root(model).tables(_SUBGRAPHS)[0]
            tensors = graph.tables(_TENSORS)
            outputs = tuple(tensors[index].int32s(_SHAPE) for index in graph.int32s(_OUTPUTS))
            return Outline(outputs, any(tensor.uint8(_TYPE) == _INT8 for tensor in tensors))
    except (struct.error, IndexError, ValueError, OSError) as error:
        raise ModelError(f"{path}: not a complete TFLite model ({error}); download it again") from error
