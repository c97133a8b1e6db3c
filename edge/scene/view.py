"""The pinhole camera that looks into the room."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
NEAREST_M = 0.15
"""What is nearer to the camera than this, or behind it, is not drawn."""


@dataclass(frozen=True, slots=True)
class View:
    """Where the camera stands and looks: metres in the world, degrees; ``pitch_deg`` is positive downwards.

    ``fov_deg`` is the angle of view across the longer side of the picture.
    """

    position: tuple[float, float, float]
    yaw_deg: float = 90.0
    pitch_deg: float = 5.0
    fov_deg: float = 60.0

    def axes(self) -> Points:
        """``(3, 3) float64``: the rows are right, down and forward of the camera in the world."""
        yaw, pitch = math.radians(self.yaw_deg), math.radians(self.pitch_deg)
        right = (math.sin(yaw), -math.cos(yaw), 0.0)
        forward = (math.cos(yaw) * math.cos(pitch), math.sin(yaw) * math.cos(pitch), -math.sin(pitch))
        down = (-math.cos(yaw) * math.sin(pitch), -math.sin(yaw) * math.sin(pitch), -math.cos(pitch))
        return np.array((right, down, forward))

    def focal_px(self, size: tuple[int, int]) -> float:
        """Focal length in pixels for a picture of width and height ``size``."""
        return max(size) / (2 * math.tan(math.radians(self.fov_deg) / 2))

    def to_camera(self, points: Points) -> Points:
        """``(n, 3)`` points in the world to right, down and depth in metres."""
        return np.asarray((points - np.array(self.position)) @ self.axes().T)

    def project(self, seen: Points, size: tuple[int, int]) -> Points:
        """``(n, 3)`` points of the camera to ``(n, 2)``: x and y in pixels, the corner of the picture at 0, 0.

        Points at or behind the camera are taken to lie just before it.
        """
        depth = np.maximum(seen[:, 2:], NEAREST_M)
        return np.asarray(seen[:, :2] * (self.focal_px(size) / depth) + np.array(size) / 2)
