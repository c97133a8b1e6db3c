from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from bench.seeds import VALIDATION
from bench.starter.crowds import crowds
from edge.runtime.interpreter import TfliteModel
from edge.runtime.store.resolve import stored_model
from models.training.pose.cut import cut

if TYPE_CHECKING:
    from pathlib import Path

HEADS = ("centre", "keypoints", "regression", "offsets")


def network(folder: Path, side_px: int) -> TfliteModel:
    path = folder / f"network-{side_px}.tflite"
    path.write_bytes(cut(stored_model("pose", "starter-pose").read_bytes(), HEADS, side_px))
    return TfliteModel(path, threads=1)


def test_the_maps_come_out_by_name_at_a_quarter_of_the_size(tmp_path: Path) -> None:
    model = network(tmp_path, 256)

    assert [tensor.shape for tensor in model.inputs.values()] == [(1, 256, 256, 3)]
    assert {name: tensor.shape for name, tensor in model.outputs.items()} == {
        "centre": (2, 64, 64, 1),
        "keypoints": (2, 64, 64, 17),
        "regression": (2, 64, 64, 34),
        "offsets": (2, 64, 64, 34),
    }


@pytest.mark.parametrize("side_px", [128, 192, 256])
def test_it_sees_the_same_at_any_size(tmp_path: Path, side_px: int) -> None:
    crowd = next(crowds(VALIDATION[:1], 1))
    height, width = crowd.image.shape[:2]
    middle = crowd.people[0].keypoints[:, :2].mean(axis=0) / (height, width)
    model = network(tmp_path, side_px)
    (picture,) = model.inputs.values()

    model.view(picture)[0] = cv2.resize(crowd.image, (side_px, side_px))
    model.invoke()

    centre = model.view(model.outputs["centre"])[0, :, :, 0]
    found = (np.array(np.unravel_index(int(centre.argmax()), centre.shape)) + 0.5) / centre.shape
    assert found == pytest.approx(middle, abs=0.05)
