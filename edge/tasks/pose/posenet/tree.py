"""The tree by which PoseNet joins keypoints, and the ways through it from each of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BRANCHES = (
    ("nose", "left_eye", "left_ear"),
    ("nose", "right_eye", "right_ear"),
    ("nose", "left_shoulder", "left_elbow", "left_wrist"),
    ("left_shoulder", "left_hip", "left_knee", "left_ankle"),
    ("nose", "right_shoulder", "right_elbow", "right_wrist"),
    ("right_shoulder", "right_hip", "right_knee", "right_ankle"),
)
EDGES: tuple[tuple[int, int], ...] = tuple(
    (COCO_17.names.index(parent), COCO_17.names.index(child))
    for branch in _BRANCHES
    for parent, child in pairwise(branch)
)
"""Parent and child of each edge, as rows of ``COCO_17``, in the order in which the network gives displacements."""


class Step(NamedTuple):
    """From a keypoint that is known to its neighbour, by a displacement: forward edge e is e, backward 16 + e."""

    source: int
    target: int
    displacement: int


def _ways() -> NDArray[np.intp]:
    """``(17, 16, 3)``: for each keypoint the steps that lead from it to all others, each from one reached before."""
    steps = [Step(parent, child, edge) for edge, (parent, child) in enumerate(EDGES)]
    steps += [Step(child, parent, len(EDGES) + edge) for edge, (parent, child) in enumerate(EDGES)]
    return np.array([_way(root, steps) for root in range(len(COCO_17.names))], np.intp)


def _way(root: int, steps: list[Step]) -> list[Step]:
    way: list[Step] = []
    reached = {root}
    while open_steps := [step for step in steps if step.source in reached and step.target not in reached]:
        way += open_steps
        reached.update(step.target for step in open_steps)
    return way


WAYS = _ways()
