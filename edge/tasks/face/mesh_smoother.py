"""A mesh that does not shake: a One Euro filter over all points of a face at once.

After Casiez, Roussel and Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012. Speeds are in sizes of the face a second, so that near and far faces are treated alike.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from edge.types import Box, FloatArray

_RESTART_S = 0.6
"""As for people: after a longer gap what was smoothed says nothing of where a face is now."""
_LEAST_SIZE_PX = 1.0


class MeshSmoothing(NamedTuple):
    """Frequencies in Hz; ``beta`` is how fast the cut-off grows with speed."""

    min_cutoff_hz: float
    beta: float
    derivative_cutoff_hz: float


class _Memory(NamedTuple):
    """What was seen last of a face and what was shown, ``(points, 3)`` each, and how fast the points go."""

    time_s: float
    picture: tuple[int, int]
    seen: FloatArray
    shown: FloatArray
    speed: FloatArray


class MeshSmoother:
    """Smooths the mesh of one face; steps may be uneven."""

    def __init__(self) -> None:
        self._memory: _Memory | None = None

    def update(
        self, mesh: FloatArray, box: Box, time_s: float, picture: tuple[int, int], smoothing: MeshSmoothing | None
    ) -> FloatArray:
        """``(points, 3)`` x, y, z where it is shown, normalised like what is seen to ``picture``, height and width.

        ``box`` is that of the face.
        """
        last = self._memory
        if smoothing is None or last is None or not _goes_on(last, mesh, time_s, picture):
            self._memory = _Memory(time_s, picture, mesh, mesh, np.zeros_like(mesh))
            return mesh
        step_s = time_s - last.time_s
        speed = _speed(last, mesh, box, step_s, smoothing.derivative_cutoff_hz)
        pace = np.sqrt(np.einsum("ij,ij->i", speed, speed))[:, None]
        turns = np.asarray(2 * pi * step_s * (smoothing.min_cutoff_hz + smoothing.beta * pace), np.float32)
        shown = last.shown + turns / (turns + 1) * (mesh - last.shown)
        self._memory = _Memory(time_s, picture, mesh, shown, speed)
        return shown


def _goes_on(last: _Memory, mesh: FloatArray, time_s: float, picture: tuple[int, int]) -> bool:
    is_same = picture == last.picture and mesh.shape == last.seen.shape
    return is_same and 0 < time_s - last.time_s <= _RESTART_S


def _speed(last: _Memory, mesh: FloatArray, box: Box, step_s: float, cutoff_hz: float) -> FloatArray:
    """How fast each point goes, in sizes of the face a second, averaged over time."""
    height, width = last.picture
    scale = np.array((width, height, width), np.float32)
    size_px = max(box.width * width, box.height * height, _LEAST_SIZE_PX)
    turns = 2 * pi * cutoff_hz * step_s
    seen = (mesh - last.seen) * (scale / np.float32(size_px * step_s))
    return np.asarray(last.speed + np.float32(turns / (turns + 1)) * (seen - last.speed), np.float32)
