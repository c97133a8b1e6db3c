"""Somebody whose keypoints are known, for the tests of the pose recipe."""

from __future__ import annotations

import numpy as np

from models.training.pose.pictures import Person


def somebody(y: float, x: float, size: float, visibility: float = 2.0) -> Person:
    """A person of ``size`` pixels around a place, each keypoint somewhere else."""
    rng = np.random.default_rng(5)
    keypoints = np.full((17, 3), visibility, np.float32)
    keypoints[:, :2] = (y, x) + (rng.random((17, 2)) - 0.5) * size
    box = np.array((y - size / 2, x - size / 2, y + size / 2, x + size / 2), np.float32)
    return Person(keypoints, box)
