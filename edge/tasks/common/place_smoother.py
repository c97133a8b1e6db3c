"""Steady places in three dimensions: x, y and z, by the filter that steadies keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.geometry import Columns
from edge.tracking.smoothing import KeypointSmoother

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tracking.smoothing import SmoothingParameters
    from edge.types import FloatArray


class PlaceSmoother:
    """Smooths ``(n, 3)`` x, y, z of one thing; depths like places."""

    def __init__(self, parameters: SmoothingParameters) -> None:
        self._smoother = KeypointSmoother(parameters)

    def update(
        self,
        places: FloatArray,
        scores: Sequence[float],
        scale: tuple[float, float, float],
        *,
        step_s: float,
        size: float,
    ) -> FloatArray:
        """Take in what is seen ``step_s`` after the last, with a score for each; where it is shown.

        ``scale`` makes of x, y, z the units in which the ``size`` of the whole is given.
        """
        count, sure = len(places), list(scores)
        x, y, z = (places * np.array(scale)).T.tolist()
        ys, xs = self._smoother.update(Columns(y + z, x + [0.0] * count, sure + sure), (1, 1), step_s, size, 0.0)
        return np.asarray(np.array((xs[:count], ys[:count], ys[count:])).T / scale, np.float32)
