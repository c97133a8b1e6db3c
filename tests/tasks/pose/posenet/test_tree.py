"""The ways from each keypoint to all others."""

from __future__ import annotations

import pytest

from edge.tasks.pose.posenet.tree import EDGES, WAYS
from edge.tracking.keypoints import COCO_17

NAMES = COCO_17.names


def test_the_edges_are_those_of_the_network_in_its_order() -> None:
    assert len(EDGES) == 16
    assert [(NAMES[parent], NAMES[child]) for parent, child in EDGES[4:8]] == [
        ("nose", "left_shoulder"),
        ("left_shoulder", "left_elbow"),
        ("left_elbow", "left_wrist"),
        ("left_shoulder", "left_hip"),
    ]


@pytest.mark.parametrize("root", range(17), ids=NAMES)
def test_every_keypoint_is_reached_once_and_from_one_that_was_reached(root: int) -> None:
    reached = {root}

    for source, target, displacement in WAYS[root].tolist():
        assert source in reached
        assert target not in reached
        there = EDGES[displacement] if displacement < 16 else EDGES[displacement - 16][::-1]
        assert there == (source, target)
        reached.add(target)

    assert len(reached) == 17
