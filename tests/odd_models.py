"""Toy models as people bring them: classifiers that do not end in their softmax, free sizes, answers that are none."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge.runtime import package_data
from edge.runtime.catalog import load_catalog
from tests.support import ROOT
from tests.tflite import ModelBuilder, append_files, metadata_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pytest

    Tail = Callable[[ModelBuilder, int], int]

COLOURS = "red\ngreen\nblue"
GREEN = (40, 200, 60)
"""A picture of this colour makes logits of 2.5, 12.5 and 3.75: green at 0.9998."""


def colours(
    path: Path,
    tail: Tail,
    *,
    labels: str = COLOURS,
    open_sides: Sequence[int] = (),
    metadata: bytes | None = None,
) -> Path:
    """A classifier with a float input of raw pixels, 8 by 8; its logits are each colour's mean / 16.

    ``tail`` makes the output of the logits ``(1, 3)``. ``open_sides`` are dimensions of the input that are left open,
    and stand in the file as 1.
    """
    b = ModelBuilder()
    image = b.tensor([1 if side in open_sides else length for side, length in enumerate((1, 8, 8, 3))])
    if open_sides:
        b.tensors[image].shapeSignature = [-1 if side in open_sides else n for side, n in enumerate((1, 8, 8, 3))]
    mean = b.op("MEAN", [image, b.constant(np.array([1, 2], np.int32))], b.tensor((1, 3)), schema.ReducerOptionsT())
    sixteenth = b.constant(np.array(1 / 16, np.float32))
    b.inputs = {"image": image}
    b.outputs = {"scores": tail(b, b.op("MUL", [mean, sixteenth], b.tensor((1, 3)), schema.MulOptionsT()))}
    stated = metadata_bytes({"": "labels.txt"}, normalization=(0, 1)) if metadata is None else metadata
    return append_files(b.save(path, metadata=stated), {"labels.txt": labels})


def softmax(b: ModelBuilder, logits: int) -> int:
    """The probabilities of ``(1, 3)`` logits."""
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    return b.op("SOFTMAX", [logits], b.tensor((1, 3)), options)


def greenness(b: ModelBuilder, logits: int) -> int:
    """``(1, 1)``: the logit of green less 6, 6.5 for a green picture."""
    green = part(b, logits, 1, 1)
    return b.op("SUB", [green, b.constant(np.array(6, np.float32))], b.tensor((1, 1)), schema.SubOptionsT())


def sigmoid(b: ModelBuilder, logit: int) -> int:
    """The probability of a ``(1, 1)`` logit."""
    return b.op("LOGISTIC", [logit], b.tensor((1, 1)))


def part(b: ModelBuilder, values: int, begin: int, count: int) -> int:
    """``(1, count)`` of ``(1, n)`` values."""
    where = [b.constant(np.array(pair, np.int32)) for pair in ([0, begin], [1, count])]
    return b.op("SLICE", [values, *where], b.tensor((1, count)), schema.SliceOptionsT())


def divided(b: ModelBuilder, logits: int) -> int:
    """Each logit by that of green: infinite, or no number at all, where there is no green."""
    return b.op("DIV", [logits, part(b, logits, 1, 1)], b.tensor((1, 3)), schema.DivOptionsT())


def reshaped(b: ModelBuilder, values: int, shape: Sequence[int]) -> int:
    """The same values in another shape."""
    return b.op("RESHAPE", [values, b.constant(np.array(shape, np.int32))], b.tensor(shape))


def quantized(b: ModelBuilder, score: int, dtype: str, scale_and_zero: tuple[float, int]) -> int:
    """``(1, 1)`` in bytes."""
    return b.op("QUANTIZE", [score], b.tensor((1, 1), dtype, scale_and_zero), schema.QuantizeOptionsT())


def cast(b: ModelBuilder, values: int, shape: Sequence[int], dtype: str) -> int:
    """The values in another type."""
    return b.op("CAST", [values], b.tensor(shape, dtype), schema.CastOptionsT())


def joined(b: ModelBuilder, values: Sequence[int], width: int) -> int:
    """``(1, width)``: several side by side."""
    return b.op("CONCATENATION", values, b.tensor((1, width)), _options("Concatenation", axis=1))


def _options(kind: str, **fields: object) -> Any:
    options = getattr(schema, f"{kind}OptionsT")()
    for name, value in fields.items():
        setattr(options, name, value)
    return options


def _constant(b: ModelBuilder, *values: int) -> int:
    return b.constant(np.array(values, np.int32))


def _unpacked(b: ModelBuilder, p: int) -> int:
    row = b.tensor((3,))
    return b.op("UNPACK", [p], row, _options("Unpack", num=1, axis=0))


def _strided(b: ModelBuilder, p: int) -> int:
    bounds = [_constant(b, 0, 0), _constant(b, 1, 3), _constant(b, 1, 1)]
    return b.op("STRIDED_SLICE", [p, *bounds], b.tensor((1, 3)), _options("StridedSlice"))


def _split_halves(b: ModelBuilder, p: int) -> int:
    """Two equal halves of six, of which the first is the output."""
    first, second = b.tensor((1, 3)), b.tensor((1, 3))
    b.op("SPLIT", [b.constant(np.array(1, np.int32)), joined(b, [p, p], 6)], first, _options("Split", numSplits=2))
    b.operators[-1].outputs = [first, second]
    return first


def _two_rows(b: ModelBuilder, p: int) -> int:
    """``(2, 1, 3)``: the same twice, as of two cuts of one picture."""
    return b.op("PACK", [p, p], b.tensor((2, 1, 3)), _options("Pack", valuesCount=2, axis=0))


def _pooled(b: ModelBuilder, p: int) -> int:
    options = _options("Pool2D", filterWidth=1, filterHeight=1, strideW=1, strideH=1)
    return b.op("AVERAGE_POOL_2D", [reshaped(b, p, (1, 1, 1, 3))], b.tensor((1, 1, 1, 3)), options)


def index_of_best(b: ModelBuilder, logits: int, dtype: str) -> int:
    """``(1,)``: the number of the class with the greatest of ``(1, 3)`` logits."""
    options = _options("ArgMax", outputType=getattr(schema.TensorType, dtype.upper()))
    return b.op("ARG_MAX", [logits, _constant(b, 1)], b.tensor((1,), dtype), options)


def _of_a_row(op: str, shape: Sequence[int], *indices: int) -> Tail:
    return lambda b, p: b.op(op, [p, _constant(b, *indices)], b.tensor(shape))


AFTER_SOFTMAX: Mapping[str, Tail] = {
    "cast": lambda b, p: cast(b, p, (1, 3), "float16"),
    "cast there and back": lambda b, p: cast(b, cast(b, p, (1, 3), "float16"), (1, 3), "float32"),
    "gather": lambda b, p: b.op("GATHER", [p, _constant(b, 0, 1, 2)], b.tensor((1, 3)), _options("Gather", axis=1)),
    "gather a row": lambda b, p: b.op("GATHER_ND", [p, _constant(b, 0)], b.tensor((3,))),
    "strided slice": _strided,
    "slice": lambda b, p: part(b, p, 0, 3),
    "reshape": _of_a_row("RESHAPE", (3,), 3),
    "expand": _of_a_row("EXPAND_DIMS", (1, 1, 3), 0),
    "transpose": _of_a_row("TRANSPOSE", (3, 1), 1, 0),
    "squeeze": lambda b, p: b.op("SQUEEZE", [p], b.tensor((3,)), _options("Squeeze", squeezeDims=[0])),
    "pack": lambda b, p: b.op("PACK", [p], b.tensor((1, 1, 3)), _options("Pack", valuesCount=1, axis=0)),
    "unpack": _unpacked,
    "split": _split_halves,
    "clip": lambda b, p: b.op("MINIMUM", [p, b.constant(np.array(1, np.float32))], b.tensor((1, 3))),
    "mean": lambda b, p: b.op("MEAN", [_two_rows(b, p), _constant(b, 0)], b.tensor((1, 3)), _options("Reducer")),
    "best of two": lambda b, p: b.op(
        "REDUCE_MAX", [_two_rows(b, p), _constant(b, 0)], b.tensor((1, 3)), _options("Reducer")
    ),
    "pooled": _pooled,
    "slices and a join": lambda b, p: joined(b, [part(b, p, 0, 1), part(b, p, 1, 2)], 3),
}
"""What may follow a softmax without making its answer another."""


def opposite(b: ModelBuilder, score: int) -> int:
    """``1 - score``, of ``(1, 1)``."""
    one = b.constant(np.array(1, np.float32))
    return b.op("SUB", [one, score], b.tensor((1, 1)), schema.SubOptionsT())


def summing_bytes(path: Path, state_in: tuple[str, float, int], state_out: tuple[str, float, int]) -> Path:
    """A stream model with three classes whose state is quantised: type, scale and zero point of both its sides.

    Its logits are the sum of each colour's mean over all frames so far.
    """
    b = ModelBuilder()
    image = b.tensor((1, 1, 8, 8, 3))
    stored_in = b.tensor((1, 3), state_in[0], state_in[1:])
    stored_out = b.tensor((1, 3), state_out[0], state_out[1:])
    mean = b.op("MEAN", [image, _constant(b, 1, 2, 3)], b.tensor((1, 3)), schema.ReducerOptionsT())
    before = b.op("DEQUANTIZE", [stored_in], b.tensor((1, 3)), schema.DequantizeOptionsT())
    after = b.op("ADD", [before, mean], b.tensor((1, 3)), schema.AddOptionsT())
    b.op("QUANTIZE", [after], stored_out, schema.QuantizeOptionsT())
    one = b.constant(np.array([1], np.float32))
    b.inputs = {"sum": stored_in, "image": image}
    b.outputs = {"logits": b.op("MUL", [after, one], b.tensor((1, 3)), schema.MulOptionsT()), "sum": stored_out}
    return append_files(b.save(path, signature=True), {"labels.txt": COLOURS})


def summing_shares(path: Path) -> Path:
    """A stream model whose state adds up each colour's share of all light; a black frame has none, which is no number.

    Its logits are that state.
    """
    b = ModelBuilder()
    image, before = b.tensor((1, 1, 8, 8, 3)), b.tensor((1, 3))
    mean = b.op("MEAN", [image, _constant(b, 1, 2, 3)], b.tensor((1, 3)), schema.ReducerOptionsT())
    light = b.op("SUM", [mean, _constant(b, 1)], b.tensor((1, 1)), _options("Reducer", keepDims=True))
    share = b.op("DIV", [mean, light], b.tensor((1, 3)), schema.DivOptionsT())
    after = b.op("ADD", [before, share], b.tensor((1, 3)), schema.AddOptionsT())
    one = b.constant(np.array([1], np.float32))
    b.inputs = {"sum": before, "image": image}
    b.outputs = {"logits": b.op("MUL", [after, one], b.tensor((1, 3)), schema.MulOptionsT()), "sum": after}
    return append_files(b.save(path, signature=True), {"labels.txt": COLOURS})


def blind_pose(path: Path) -> Path:
    """A single-pose model that finds everybody in the middle, and no number in a picture without any red."""
    b = ModelBuilder()
    image = b.tensor((1, 16, 16, 3))
    red = b.op("REDUCE_MAX", [image, _constant(b, 0, 1, 2)], b.tensor((3,)), schema.ReducerOptionsT())
    red = b.op("SLICE", [red, _constant(b, 0), _constant(b, 1)], b.tensor((1,)), schema.SliceOptionsT())
    one = b.op("DIV", [red, red], b.tensor((1,)), schema.DivOptionsT())
    middle = b.constant(np.full((1, 1, 17, 3), 0.5, np.float32))
    b.inputs = {"input": image}
    b.outputs = {"output_0": b.op("MUL", [middle, one], b.tensor((1, 1, 17, 3)), schema.MulOptionsT())}
    return b.save(path, signature=True)


def bright_pose(path: Path, metadata: bytes) -> Path:
    """A single-pose model with a float input that gives its greatest number for every value."""
    b = ModelBuilder()
    image = b.tensor((1, 16, 16, 3))
    greatest = b.op("REDUCE_MAX", [image, _constant(b, 0, 1, 2, 3)], b.tensor(()), schema.ReducerOptionsT())
    ones = b.constant(np.ones((1, 1, 17, 3), np.float32))
    b.inputs = {"input": image}
    b.outputs = {"output_0": b.op("MUL", [ones, greatest], b.tensor((1, 1, 17, 3)), schema.MulOptionsT())}
    return b.save(path, signature=True, metadata=metadata)


def open_output(path: Path) -> Path:
    """A colour classifier with an open size whose output has a shape that is known only after a run."""

    def tail(b: ModelBuilder, logits: int) -> int:
        nothing = b.op("MUL", [logits, b.constant(np.array(0, np.float32))], b.tensor((1, 3)), schema.MulOptionsT())
        nothing = b.op("SUM", [cast(b, nothing, (1, 3), "int32"), _constant(b, 0, 1)], b.tensor((), "int32"))
        shape = b.op("ADD", [nothing, _constant(b, 1, 3)], b.tensor((2,), "int32"), schema.AddOptionsT())
        scores = b.tensor((1, 1))
        b.tensors[scores].shapeSignature = [-1, -1]
        return b.op("RESHAPE", [softmax(b, logits), shape], scores)

    return colours(path, tail, open_sides=(0, 1, 2))


def published_as(path: Path, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``path``, as if it were the file that is published under a name of the catalogue."""
    file = load_catalog().model(name).files[0]
    catalog = (ROOT / "models" / "catalog.toml").read_text(encoding="utf-8")
    catalog = catalog.replace(file.sha256, hashlib.sha256(path.read_bytes()).hexdigest())
    catalog = catalog.replace(f"{file.size_bytes:_}", str(path.stat().st_size))
    folder.mkdir()
    (folder / "labels").symlink_to(ROOT / "models" / "labels")
    (folder / "catalog.toml").write_text(catalog, encoding="utf-8")
    monkeypatch.setattr(package_data, "_CHECKOUT", folder)
    return path
