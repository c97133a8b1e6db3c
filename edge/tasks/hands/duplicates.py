"""Whether two hands are one that was found twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.place_boxes import box_of
from edge.tasks.hands.landmarks import INDEX_MCP, PINKY_MCP, WRIST
from edge.tracking.geometry import iou

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.common.placement import Size
    from edge.types import FloatArray

_NEAR, _LEAST_NEAR, _LEAST_IOU = 0.2, 10, 0.2
"""So many landmarks nearer than this share of the palm, and boxes that overlap more: MediaPipe's
``hand_landmarks_deduplication_calculator.cc``."""


def distinct(hands: Sequence[FloatArray], picture: Size) -> list[int]:
    """The numbers of those who are no hand before them; ``hands`` are ``(21, 3)`` x, y, z, normalised."""
    kept: list[int] = []
    for number, hand in enumerate(hands):
        if not any(is_same(hands[before], hand, picture) for before in kept):
            kept.append(number)
    return kept


def is_same(hand: FloatArray, other: FloatArray, picture: Size) -> bool:
    """Whether both are one hand."""
    size = np.array(picture[::-1], np.float32)
    apart_px = np.linalg.norm((hand[:, :2] - other[:, :2]) * size, axis=1)
    is_near = int((apart_px < _NEAR * palm_px(hand, picture)).sum()) >= _LEAST_NEAR
    return is_near and iou(box_of(hand), box_of(other)) > _LEAST_IOU


def palm_px(hand: FloatArray, picture: Size) -> float:
    """The longest side of the triangle of wrist and outer knuckles, in pixels."""
    corners = hand[[WRIST, INDEX_MCP, PINKY_MCP], :2] * np.array(picture[::-1], np.float32)
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).max())
