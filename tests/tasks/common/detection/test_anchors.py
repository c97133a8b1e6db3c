"""Anchors, against MediaPipe's golden values and by what its models have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tasks.common.detection.anchors import AnchorParameters, ssd_anchors

if TYPE_CHECKING:
    from tests.support import SharedData

OLD_PALM = AnchorParameters(256, (8, 16, 32, 32, 32), 0.1171875, 0.75)
OBJECTS = AnchorParameters(
    300,
    (16, 32, 64, 128, 256, 512),
    0.2,
    0.95,
    ratios=(1.0, 2.0, 0.5, 3.0, 0.3333),
    unit_size=False,
    reduce_lowest_layer=True,
)
SMALL_LAYERS = (8, 16, 16, 16)


@pytest.mark.parametrize(("name", "parameters"), [("0", OLD_PALM), ("1", OBJECTS)])
def test_anchors_are_the_golden_ones(shared: SharedData, name: str, parameters: AnchorParameters) -> None:
    golden = json.loads(shared.path(f"reference/tfjs/shared/anchor_golden_file_{name}.json").read_text())

    np.testing.assert_allclose(ssd_anchors(parameters), golden, atol=1e-5)


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        (AnchorParameters(224, (8, 16, 32, 32, 32), 0.1484375, 0.75), 2254),
        (AnchorParameters(192, SMALL_LAYERS, 0.1484375, 0.75), 2016),
        (AnchorParameters(128, SMALL_LAYERS, 0.1484375, 0.75), 896),
        (AnchorParameters(192, (4,), 0.1484375, 0.75, interpolated_ratio=0.0), 2304),
    ],
    ids=["pose", "palm", "face short range", "face full range"],
)
def test_each_detector_of_mediapipe_has_its_number_of_anchors(parameters: AnchorParameters, count: int) -> None:
    anchors = ssd_anchors(parameters)

    assert anchors.shape == (count, 4)
    assert (anchors[:, 2:] == 1).all()


def test_cells_are_read_line_by_line() -> None:
    anchors = ssd_anchors(AnchorParameters(32, (16,), 0.2, 0.8, interpolated_ratio=0.0))

    assert anchors[:, :2].tolist() == [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]
