from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge.runtime.interpreter import TfliteModel
from models.training.pose.join import join
from tests.tflite import ModelBuilder

if TYPE_CHECKING:
    from pathlib import Path

OPTIONS = {"ADD": schema.AddOptionsT, "MUL": schema.MulOptionsT}


def _arithmetic(path: Path, op: str, names: tuple[str, str], by: float) -> Path:
    """One operation with a constant, on four numbers."""
    builder = ModelBuilder()
    builder.inputs[names[0]] = builder.tensor((1, 4))
    result = builder.tensor((1, 4))
    constant = builder.constant(np.full((1, 4), by, np.float32))
    builder.outputs[names[1]] = builder.op(op, [builder.inputs[names[0]], constant], result, OPTIONS[op]())
    return builder.save(path, signature=True)


def test_the_second_model_goes_on_where_the_first_ends(tmp_path: Path) -> None:
    first = _arithmetic(tmp_path / "first.tflite", "ADD", ("input", "middle"), 3.0)
    second = _arithmetic(tmp_path / "second.tflite", "MUL", ("middle", "answer"), 10.0)
    joined = tmp_path / "joined.tflite"
    joined.write_bytes(join(first.read_bytes(), second.read_bytes()))

    model = TfliteModel(joined, threads=1)
    assert list(model.inputs) == ["input"]
    assert list(model.outputs) == ["answer"]
    model.view(model.inputs["input"])[:] = (0, 1, 2, 3)
    model.invoke()
    assert model.view(model.outputs["answer"]).tolist() == [[30, 40, 50, 60]]
