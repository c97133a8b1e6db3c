"""A bundle with the inputs and outputs of MediaPipe's models of faces, whose answers are known."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.anchors import AnchorParameters, ssd_anchors
from tests.tasks.face.meshes import mesh_at
from tests.tasks.pose.blazepose.toys import answering

if TYPE_CHECKING:
    from pathlib import Path

DETECTOR_PX, LANDMARK_PX = 128, 192
FACE_PX = 40
_ANCHORS = ssd_anchors(AnchorParameters(DETECTOR_PX, (8, 16, 16, 16), 0.1484375, 0.75))
_NEVER = -20.0
_NOTHING = np.zeros((), np.float32)


def face_bundle(folder: Path) -> Path:
    """A ``.task`` file: a face in the middle of a square picture, upright, where a region is not all black."""
    detector, landmarks, path = folder / "faces.tflite", folder / "mesh.tflite", folder / "face.task"
    _detector(detector)
    _landmarks(landmarks)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(detector, "face_detector.tflite")
        archive.write(landmarks, "face_landmarks_detector.tflite")
    return path


def _detector(path: Path) -> None:
    offsets, logits = np.zeros((1, 896, 16), np.float32), np.full((1, 896, 1), _NEVER, np.float32)
    points = np.full((8, 2), DETECTOR_PX / 2, np.float32)
    points[[2, 3], 0] += (-FACE_PX / 4, FACE_PX / 4)  # the eyes
    points -= _ANCHORS[0, :2] * DETECTOR_PX
    points[1] = FACE_PX
    offsets[0, 0], logits[0, 0] = points.ravel(), 5
    answering(path, DETECTOR_PX, {"offsets": (offsets, _NOTHING), "logits": (logits, _NOTHING)})


def _landmarks(path: Path) -> None:
    mesh = mesh_at(0.5, 0.5, 1 / 1.5)
    mesh[[33, 263], :2] = (0.35, 0.4), (0.65, 0.4)
    flag = (np.zeros((1, 1, 1, 1), np.float32), np.ones((1, 1, 1, 1), np.float32))
    points = (np.asarray(mesh * LANDMARK_PX, np.float32).reshape(1, 1, 1, -1), _NOTHING)
    answering(path, LANDMARK_PX, {"points": points, "flag": flag})
