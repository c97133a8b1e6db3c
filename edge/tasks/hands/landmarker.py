"""MediaPipe's hand landmarks: 21 points of the hand in a region, and where to look for that hand next."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.outputs import outputs_in_order, real_output
from edge.tasks.common.detection.region import RotatedRegion, rotation_rad
from edge.tasks.common.image_input import ImageInput
from edge.tasks.hands.landmarks import INDEX_MCP, MIDDLE_MCP, NAMES, RING_MCP, WRIST, SeenHand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.invoke_timer import InvokeTimer
    from edge.types import Box, FloatArray, Frame

_COUNT = len(NAMES)
_SHAPES = ((1, _COUNT * 3), (1, 1), (1, 1), (1, _COUNT * 3))
"""Landmarks, presence, handedness, landmarks in metres."""
_UNIT = Normalization(mean=(0.0,), std=(255.0,))
_DEPTH = 0.4
"""So much smaller than x the model says z, as in MediaPipe's hand_landmark_cpu.pbtxt."""
_PALM_ROWS = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]
"""The landmarks that tell the next region: those of fingers bend too much."""
_SCALE, _SHIFT_Y = 2.0, -0.1
"""From their box to the next region, as in MediaPipe's hand_landmark_landmarks_to_roi.pbtxt."""
_NO_GESTURES = np.zeros(0, np.float32)


def is_landmarker(outputs: Iterable[tuple[int, ...]]) -> bool:
    """Whether outputs of these shapes are MediaPipe's hand landmarks."""
    return sorted(outputs) == sorted(_SHAPES)


class Followed(NamedTuple):
    """A hand, and the region to look into in the next frame."""

    hand: SeenHand
    next_region: RotatedRegion


class HandLandmarker:
    """The landmarks of one hand.

    After Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020.

    Raises:
        ModelError: the file is no such model.
    """

    def __init__(self, path: Path, open_model: ModelOpener, timer: InvokeTimer, *, least_presence: float) -> None:
        self.model = open_model(path)
        self._timer, self._least_presence = timer, least_presence
        self._points, self._presence, self._right, self._world = outputs_in_order(
            self.model, *_SHAPES, what="MediaPipe's hand landmarks"
        )
        self._input = ImageInput(self.model, next(iter(self.model.inputs.values())), _UNIT, area=False, replicate=True)

    def look(self, frame: Frame, region: RotatedRegion, bounds: Box) -> Followed | None:
        """The hand in ``region`` as far as it lies within ``bounds``; None where there is none.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        self._input.warp(frame.image, region.matrix, bounds)
        self._timer.invoke(self.model)
        presence = _share(real_output(self.model, self._presence).item())
        if presence < self._least_presence:
            return None
        points = real_output(self.model, self._points).reshape(_COUNT, 3) / np.float32(self._input.size[1])
        points[:, :2] = region.to_picture(points[:, :2])
        following = next_region(points[:, :2])
        points[:, 2] *= np.float32(region.width_px / _DEPTH)
        points /= np.array((frame.width, frame.height, frame.width), np.float32)
        world = region.upright_places(real_output(self.model, self._world).reshape(_COUNT, 3))
        right = _share(real_output(self.model, self._right).item())
        return Followed(SeenHand(points, world, presence, right, _NO_GESTURES), following)


def _share(value: float) -> float:
    """Of a probability what it says; quantised ones may be a step beyond 0..1."""
    return min(max(value, 0.0), 1.0)


def next_region(points: FloatArray) -> RotatedRegion:
    """Where a hand with landmarks at ``(21, 2)`` x, y in pixels will be.

    After MediaPipe's ``hand_landmarks_to_rect_calculator.cc``: the box of the palm, turned as the palm is.
    """
    middle = ((points[INDEX_MCP] + points[RING_MCP]) / 2 + points[MIDDLE_MCP]) / 2
    rotation = rotation_rad(tuple(points[WRIST].tolist()), tuple(middle.tolist()), pi / 2)
    palm = points[_PALM_ROWS]
    axes = np.array([[np.cos(rotation), np.sin(rotation)], [-np.sin(rotation), np.cos(rotation)]])
    along = palm @ axes.T
    low, high = along.min(axis=0), along.max(axis=0)
    x, y = ((low + high) / 2 @ axes).tolist()
    width, height = (high - low).tolist()
    return RotatedRegion(x, y, width, height, rotation).expanded(_SCALE, shift_y=_SHIFT_Y)
