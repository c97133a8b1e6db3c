"""The integer network of a pose model that was joined to its decoding, for pictures of another size."""

from __future__ import annotations

from typing import Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from models.training.pose.targets import STRIDE

_SPATIAL = 4
"""Batch, height, width, channels."""


def cut(model: bytes, heads: tuple[str, ...], side_px: int) -> bytes:
    """The network alone, which looks at pictures of ``side_px`` without resizing them first.

    ``model`` is what :func:`models.training.pose.export.export` makes: the network's maps are made floats, and the
    decoding stays in floats. They become the outputs, under the names ``heads``, in the order of those names: so does
    the converter number them. The network is convolutional, so its weights and ranges serve for any size.
    """
    content = schema.ModelT.InitFromPackedBuf(model, 0)
    graph, signature = content.subgraphs[0], content.signatureDefs[0]
    ends = [number for number, operator in enumerate(graph.operators) if _kind(content, operator) == "DEQUANTIZE"]
    maps = sorted((int(graph.operators[end].outputs[0]) for end in ends), key=lambda one: graph.tensors[one].name)
    graph.operators = graph.operators[: ends[-1] + 1]
    graph.outputs = maps
    signature.outputs = [_entry(name, tensor) for name, tensor in zip(sorted(heads), maps, strict=True)]
    _resize(content, graph.tensors[maps[0]].shape[1] * STRIDE, side_px)
    content.metadata, content.metadataBuffer = [], []
    builder = flatbuffers.Builder(len(model))
    builder.Finish(content.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _resize(content: Any, before_px: int, side_px: int) -> None:
    """Have all maps, and the sizes to enlarge them to, grow from pictures of ``before_px`` to ``side_px``."""
    graph = content.subgraphs[0]
    resizing = [operator for operator in graph.operators if _kind(content, operator) == "RESIZE_BILINEAR"]
    for buffer in {graph.tensors[int(operator.inputs[1])].buffer for operator in resizing}:
        sizes = np.frombuffer(bytes(content.buffers[buffer].data), np.int32)
        content.buffers[buffer].data = (sizes * side_px // before_px).astype(np.int32).view(np.uint8)
    made = {int(tensor) for operator in graph.operators for tensor in operator.outputs}
    for tensor in (graph.tensors[number] for number in made | set(map(int, graph.inputs))):
        if len(tensor.shape) == _SPATIAL:
            # What is larger than the network's pictures is the input before it was shrunk.
            sides = [min(int(side) * side_px // before_px, side_px) for side in tensor.shape[1:3]]
            tensor.shape = [int(tensor.shape[0]), *sides, int(tensor.shape[3])]


def _kind(content: Any, operator: Any) -> str:
    code = content.operatorCodes[operator.opcodeIndex]
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    return next(str(name) for name, value in vars(schema.BuiltinOperator).items() if value == number)


def _entry(name: str, tensor: int) -> Any:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name.encode(), tensor
    return entry
