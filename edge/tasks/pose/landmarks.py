"""The 33 landmarks of BlazePose, and what a model says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

NAMES = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
"""As MediaPipe and tfjs-models call them, in snake case, in the order of their rows."""
COCO_ROWS = [NAMES.index(name) for name in COCO_17.names]
"""The rows of COCO's keypoints among them."""


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """Which pixels are of a person: ``opacity``, ``(h, w) uint8``, 255 where one is for sure.

    ``matrix`` is ``(2, 3) float32`` and takes x, y, 1 with 0..1 of the mask to x, y normalised to the frame.
    """

    opacity: ImageArray
    matrix: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """The landmarks of one person, rows in the order of ``NAMES``.

    ``points`` are ``(33, 5) float32``: x, y and z normalised to the frame, z in the scale of x and smaller before the
    hips than behind them, then visibility (in the frame and not hidden) and presence (in the frame), 0..1.
    ``world`` are ``(33, 3) float32`` x, y, z in metres from between the hips, x to the right, y down. ``mask`` is for
    painters alone: it goes into no message and no trace, so a replay has none.
    """

    points: FloatArray
    world: FloatArray
    mask: Mask | None = None
