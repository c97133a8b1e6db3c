"""Meshes made up: faces wherever they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.face.mesh import POINTS

if TYPE_CHECKING:
    from edge.types import FloatArray


def mesh_at(x: float, y: float, size: float = 0.2, points: int = POINTS) -> FloatArray:
    """A face with its middle at x, y, so wide and high; its points are the same whenever it is asked for."""
    rng = np.random.default_rng(1)
    places = rng.uniform(-0.5, 0.5, (points, 3)).astype(np.float32)
    places[:2, :2] = (-0.5, -0.5), (0.5, 0.5)
    return np.asarray(places * np.float32(size) + np.array((x, y, 0), np.float32), np.float32)
