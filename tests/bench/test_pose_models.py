"""Every pose model of the test data finds the people of the COCO photographs as well as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.pose_models import known_people, mean_oks
from edge.runtime.interpreter import TfliteModel
from edge.tasks.pose.models import open_pose_model

if TYPE_CHECKING:
    from tests.support import SharedData


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("movenet/movenet_singlepose_thunder_int8", 0.842),
        ("movenet/movenet_singlepose_thunder_f16", 0.852),
        ("movenet/movenet_singlepose_lightning_f16", 0.801),
        ("movenet/movenet_single_pose_lightning_ptq", 0.783),
        ("movenet/movenet_multipose_lightning_dyn_f16", 0.80),
        ("posenet/posenet_mobilenet_v1_075_257x257_stride16_f16", 0.77),
        ("posenet/posenet_mobilenet_v1_075_353_481_quant_nodecoder", 0.68),
    ],
)
def test_mean_oks_of_16_people(shared: SharedData, name: str, least: float) -> None:
    task = open_pose_model(shared.path(f"models/{name}.tflite"), TfliteModel, still=False, long_side_px=256)
    people = known_people()

    assert len(people) == 16
    assert mean_oks(task, people) >= least
