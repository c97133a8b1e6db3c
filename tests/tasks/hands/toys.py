"""A bundle with the inputs and outputs of MediaPipe's models of hands, whose answers are known."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.anchors import AnchorParameters, ssd_anchors
from edge.tasks.hands.landmarks import NAMES
from tests.tasks.pose.blazepose.toys import answering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.types import FloatArray

DETECTOR_PX, LANDMARK_PX = 192, 224
PALM_PX = 30
_ANCHORS = ssd_anchors(AnchorParameters(DETECTOR_PX, (8, 16, 16, 16), 0.1484375, 0.75))
_NEVER = -20.0
_NOTHING = np.zeros((), np.float32)


def hand_bundle(folder: Path, places: Sequence[tuple[float, float]] = ((96, 96),)) -> Path:
    """A ``.task`` file: palms always at ``places``, x and y in pixels of a square picture, each an upright hand.

    There is one where a region is not all black.
    """
    detector, landmarks = folder / "palms.tflite", folder / "hand.tflite"
    _detector(detector, places)
    _landmarks(landmarks)
    path = folder / "hands.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(detector, "hand_detector.tflite")
        archive.write(landmarks, "hand_landmarks_detector.tflite")
    return path


def upright_hand() -> FloatArray:
    """``(21, 2)`` x, y in pixels of the landmark model's input: the wrist below, fingers straight up."""
    points = np.zeros((len(NAMES), 2), np.float32)
    points[0] = 112, 150
    for finger in range(5):
        for joint in range(4):
            points[1 + 4 * finger + joint] = 82 + 15 * finger, 115 - 18 * joint
    return points


def _detector(path: Path, places: Sequence[tuple[float, float]]) -> None:
    offsets, logits = np.zeros((1, 2016, 18), np.float32), np.full((1, 2016, 1), _NEVER, np.float32)
    for row, (x, y) in enumerate(places):
        points = np.array([(x, y)] * 9, np.float32)
        points[[2, 4], 1] += (PALM_PX / 2, -PALM_PX / 2)  # wrist and the middle finger's knuckle
        points -= _ANCHORS[row, :2] * DETECTOR_PX
        points[1] = PALM_PX
        offsets[0, row], logits[0, row] = points.ravel(), 5 - row
    answering(path, DETECTOR_PX, {"offsets": (offsets, _NOTHING), "logits": (logits, _NOTHING)})


def _landmarks(path: Path) -> None:
    points = np.zeros((len(NAMES), 3), np.float32)
    points[:, :2] = upright_hand()
    world = np.asarray(points / 1000, np.float32)
    answering(
        path,
        LANDMARK_PX,
        {
            "a_points": (points.reshape(1, -1), _NOTHING),
            "b_presence": (np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32)),
            "c_right": (np.full((1, 1), 0.9, np.float32), _NOTHING),
            "d_world": (world.reshape(1, -1), _NOTHING),
        },
    )
