"""Which observer a file gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.pose.models import open_pose_model
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.posenet.model import PoseNet
from tests.tasks.pose.posenet.figures import FIGURE, fixed_model, heads, outputs
from tests.tflite import colour_classifier, dot_pose, fixed_multipose

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData


def opened(path: Path, *, long_side_px: int = 256) -> MoveNet | PoseNet:
    return open_pose_model(path, TfliteModel, still=False, long_side_px=long_side_px)


def test_movenet_is_known_by_its_output(tmp_path: Path) -> None:
    assert isinstance(opened(dot_pose(tmp_path / "single.tflite")), MoveNet)
    assert isinstance(opened(fixed_multipose(tmp_path / "multi.tflite", np.zeros((6, 56), np.float32))), MoveNet)


@pytest.mark.parametrize("both", [True, False])
def test_posenet_is_known_by_its_outputs(tmp_path: Path, *, both: bool) -> None:
    values = outputs(heads((FIGURE + 128)[None], 17, 17), both=both)

    assert isinstance(opened(fixed_model(tmp_path / "grid.tflite", (257, 257), values)), PoseNet)


def test_a_free_input_gets_the_size_that_is_asked_for(tmp_path: Path) -> None:
    task = opened(fixed_multipose(tmp_path / "multi.tflite", np.zeros((6, 56), np.float32)), long_side_px=512)

    assert next(iter(task.model.inputs.values())).shape == (1, 384, 512, 3)


def test_a_file_that_is_none_of_them_is_told_what_is_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"colour.tflite: not a pose model: .*MoveNet.*PoseNet.*set pose.model"):
        opened(colour_classifier(tmp_path / "colour.tflite"))


def test_a_file_that_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    whole = dot_pose(tmp_path / "pose.tflite").read_bytes()
    (tmp_path / "half.tflite").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.tflite").write_text("no model")

    for name in ("half.tflite", "text.tflite", "none.tflite"):
        with pytest.raises(ModelError, match=rf"^\S*{name}: [^\n]+$"):
            opened(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("movenet/movenet_singlepose_thunder_int8", MoveNet),
        ("movenet/movenet_singlepose_thunder_f16", MoveNet),
        ("movenet/movenet_multipose_lightning_dyn_f16", MoveNet),
        ("posenet/posenet_mobilenet_v1_075_353_481_quant_nodecoder", PoseNet),
        ("posenet/posenet_mobilenet_v1_075_257x257_stride16_f16", PoseNet),
    ],
)
def test_the_real_files_are_known(shared: SharedData, name: str, kind: type) -> None:
    assert isinstance(opened(shared.path(f"models/{name}.tflite")), kind)
