"""What a file says of its tensors."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ModelError
from edge.runtime.outline import read_outline
from tests.tflite import dot_pose, fixed_multipose, two_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData


def test_shapes_of_outputs_are_read(tmp_path: Path) -> None:
    assert read_outline(two_tensors(tmp_path / "two.tflite")).outputs == ((1, 2),)
    people = fixed_multipose(tmp_path / "multi.tflite", np.zeros((6, 56), np.float32))
    assert read_outline(people).outputs == ((1, 6, 56),)


def test_int8_anywhere_is_noticed(tmp_path: Path) -> None:
    assert not read_outline(dot_pose(tmp_path / "float.tflite")).is_int8
    assert read_outline(dot_pose(tmp_path / "bytes.tflite", quantized=("int8", 1 / 150, -100))).is_int8


@pytest.mark.parametrize(
    ("name", "is_int8"),
    [
        ("movenet_single_pose_lightning_ptq", True),
        ("movenet_single_pose_lightning_ptq_edgetpu", True),
        ("movenet_singlepose_thunder_int8", True),
        ("movenet_singlepose_thunder_f16", False),
        ("movenet_multipose_lightning_dyn_f16", False),
    ],
)
def test_the_precision_of_the_real_models(shared: SharedData, name: str, *, is_int8: bool) -> None:
    assert read_outline(shared.path(f"models/movenet/{name}.tflite")).is_int8 == is_int8


@given(st.data())
def test_a_damaged_file_raises_nothing_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = two_tensors(tmp_path_factory.mktemp("outline") / "two.tflite")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])

    with suppress(ModelError):
        read_outline(path)
