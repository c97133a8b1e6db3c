"""What a body has beyond COCO's keypoints: fingers, feet and mouth, thin, below the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.overlay.style import LEFT, MIDDLE, OUTLINE, RIGHT, Color
from edge.tasks.pose.landmarks import COCO_ROWS, NAMES

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.tasks.pose.landmarks import Landmarks

_LEAST_VISIBILITY = 0.5
_FAR = 4.0
"""A landmark further out than this many frames is a mistake, and would overflow a pixel coordinate."""
_LIMBS = (
    "wrist thumb",
    "wrist index",
    "wrist pinky",
    "index pinky",
    "ankle heel",
    "heel foot_index",
    "ankle foot_index",
)


def _color(name: str) -> Color:
    side = name.partition("_")[0]
    return LEFT if side == "left" else RIGHT if side == "right" else MIDDLE


def _line(start: str, end: str) -> tuple[int, int, Color]:
    return NAMES.index(start), NAMES.index(end), _color(start)


_LINES = (
    _line("mouth_left", "mouth_right"),
    *(_line(*(f"{side}_{part}" for part in limb.split())) for side in ("left", "right") for limb in _LIMBS),
)
_DOTS = tuple((row, _color(name)) for row, name in enumerate(NAMES) if row not in COCO_ROWS)


def draw_landmarks(picture: Canvas, landmarks: Landmarks) -> None:
    """Draw in place what of it is visible."""
    points = landmarks.points
    near = np.isfinite(points).all(axis=1) & (np.abs(points[:, :2]) < _FAR).all(axis=1)
    shown = (near & (points[:, 3] >= _LEAST_VISIBILITY)).tolist()
    places = [
        picture.to_px(x, y) if is_shown else (0, 0)
        for (x, y), is_shown in zip(points[:, :2].tolist(), shown, strict=True)
    ]
    thin_px, dot_px = max(1, picture.scale.line_px // 2), max(1, picture.scale.joint_px // 2)
    for start, end, color in _LINES:
        if shown[start] and shown[end]:
            cv2.line(picture.image, places[start], places[end], color, thin_px, cv2.LINE_AA)
    for row, color in _DOTS:
        if shown[row]:
            cv2.circle(picture.image, places[row], dot_px + 1, OUTLINE, cv2.FILLED)
            cv2.circle(picture.image, places[row], dot_px, color, cv2.FILLED, cv2.LINE_AA)
