"""Steady landmarks of one hand, by the filter that steadies keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.place_smoother import PlaceSmoother

if TYPE_CHECKING:
    from edge.tasks.common.placement import Size
    from edge.tasks.hands.landmarks import SeenHand
    from edge.tracking.smoothing import SmoothingParameters
    from edge.types import FloatArray

_RESTART_S = 0.6
"""As for keypoints: after a longer gap what was smoothed says nothing of where a hand is now."""
_IN_MM = (1000.0, 1000.0, 1000.0)


class HandSmoother:
    """Smooths the landmarks of one hand, in the picture and in the room."""

    def __init__(self, parameters: SmoothingParameters | None) -> None:
        self.tune(parameters)

    def tune(self, parameters: SmoothingParameters | None) -> None:
        """Begin anew with other parameters; None: landmarks as the model gives them."""
        self._parameters, self._picture = parameters, (0, 0)
        self._begin()

    def update(self, hand: SeenHand, step_s: float, picture: Size) -> tuple[FloatArray, FloatArray]:
        """Take in what is seen so long after the last; ``(21, 3)`` in the picture, and in metres, as they are shown."""
        if self._smoothers is None:
            return hand.points, hand.world
        if not 0 < step_s <= _RESTART_S or picture != self._picture:
            self._picture = picture
            self._begin()
        in_picture, in_room = self._smoothers
        height, width = picture
        sure = [1.0] * len(hand.points)
        points_px = hand.points[:, :2] * np.array((width, height))
        size_px, size_mm = _size(points_px), _size(hand.world[:, :2] * _IN_MM[0])
        points = in_picture.update(hand.points, sure, (width, height, width), step_s=step_s, size=size_px)
        return points, in_room.update(hand.world, sure, _IN_MM, step_s=step_s, size=size_mm)

    def _begin(self) -> None:
        own = self._parameters
        self._smoothers = None if own is None else (PlaceSmoother(own), PlaceSmoother(own))


def _size(places: FloatArray) -> float:
    """The longer side of the box around them."""
    return float((places.max(axis=0) - places.min(axis=0)).max())
