"""Results to paint."""

from __future__ import annotations

from typing import Literal

import numpy as np

from edge.tasks.common.category_result import CategoryResult
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import Box, Category, FloatArray, ImageArray, Settled
from tests.support import make_frame

STANDING = (
    (0.20, 0.50), (0.18, 0.52), (0.18, 0.48), (0.19, 0.55), (0.19, 0.45), (0.32, 0.60), (0.32, 0.40), (0.45, 0.64),
    (0.45, 0.36), (0.56, 0.66), (0.56, 0.34), (0.58, 0.56), (0.58, 0.44), (0.74, 0.57), (0.74, 0.43), (0.90, 0.58),
    (0.90, 0.42),
)  # fmt: skip
"""y and x of a person standing in the middle, in COCO order."""


def standing(score: float = 0.9) -> FloatArray:
    return np.array([(y, x, score) for y, x in STANDING], np.float32)


def pose_result(*keypoints: FloatArray, identity: int = 1, score: float = 0.8, time_s: float = 0.0) -> PoseResult:
    box = Box(0.30, 0.15, 0.40, 0.80)
    people = tuple(Pose(identity + index, score, box, points) for index, points in enumerate(keypoints))
    return PoseResult(make_frame(time_s=time_s), "model", "cpu", 1.0, people)


def category_result(
    *categories: tuple[str, float], settled: str | None = None, task: Literal["classification", "action"] = "action"
) -> CategoryResult:
    found = tuple(Category(index, score, name, name) for index, (name, score) in enumerate(categories))
    return CategoryResult(task, make_frame(), "model", "cpu", 1.0, found, Settled(settled, 0) if settled else None)


def plain(value: int = 120, width: int = 640, height: int = 480) -> ImageArray:
    return np.full((height, width, 3), value, np.uint8)


def changed(before: ImageArray, after: ImageArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """``(H, W) bool``: where two pictures differ."""
    return np.asarray((before != after).any(axis=2))
