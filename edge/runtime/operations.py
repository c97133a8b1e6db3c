"""What the operations of a model say of its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_SQUASHING = frozenset({"SOFTMAX", "LOGISTIC"})
_KEEPING = frozenset(
    {
        *("CAST", "QUANTIZE", "DEQUANTIZE", "FAKE_QUANT"),
        *("RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE", "REVERSE_V2", "REVERSE_SEQUENCE", "TILE", "BROADCAST_TO"),
        *("SLICE", "STRIDED_SLICE", "SPLIT", "SPLIT_V", "UNPACK", "GATHER", "GATHER_ND", "SELECT", "SELECT_V2"),
        *("CONCATENATION", "PACK", "PAD", "PADV2", "MIRROR_PAD", "SCATTER_ND", "DYNAMIC_UPDATE_SLICE"),
        *("SPACE_TO_DEPTH", "DEPTH_TO_SPACE", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"),
        *("MINIMUM", "MAXIMUM", "RELU", "RELU6", "RELU_0_TO_1", "RELU_N1_TO_1"),
        *("MEAN", "REDUCE_MAX", "REDUCE_MIN", "AVERAGE_POOL_2D", "MAX_POOL_2D"),
    }
)
"""What moves, casts or bounds values, or takes the mean of some or one of them: a probability stays one."""
_DELEGATED = "DELEGATE"
"""Stands in the list of operations beside those it replaces; only the latter say what is computed."""


def is_squashed(operations: Sequence[Mapping[str, Any]], inputs: Collection[int], output: int) -> bool:
    """Whether tensor ``output`` holds what a softmax or sigmoid made.

    ``operations`` are as the interpreter lists them, ``inputs`` the input tensors of the model. Of values put together
    from several sources one that was squashed is enough: to squash that again would be wrong.
    """
    makers = {int(tensor): op for op in operations if op["op_name"] != _DELEGATED for tensor in op["outputs"]}
    waiting, seen = [output], set()
    while waiting:
        tensor = waiting.pop()
        op = makers.get(tensor)
        if op is None or tensor in seen:
            continue
        seen.add(tensor)
        if op["op_name"] in _SQUASHING:
            return True
        sources = [int(source) for source in op["inputs"]]
        if op["op_name"] in _KEEPING or (op["op_name"] == "SUB" and _is_constant(sources[0], makers, inputs)):
            waiting += sources
    return False


def _is_constant(tensor: int, makers: Mapping[int, object], inputs: Collection[int]) -> bool:
    """A constant less a probability, ``1 - p``, is the probability of the opposite."""
    return tensor not in makers and tensor not in inputs
