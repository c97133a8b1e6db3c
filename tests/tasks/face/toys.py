"""A bundle with the inputs and outputs of MediaPipe's models of faces, whose answers are known."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.detection.anchors import AnchorParameters, ssd_anchors
from edge.tasks.face.mesh import POINTS, REFINED_POINTS
from tests.tasks.face.meshes import mesh_at
from tests.tasks.pose.blazepose.toys import answering

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import FloatArray

DETECTOR_PX, LANDMARK_PX = 128, {POINTS: 192, REFINED_POINTS: 256}
FACE_PX = 40
_ANCHORS = ssd_anchors(AnchorParameters(DETECTOR_PX, (8, 16, 16, 16), 0.1484375, 0.75))
_NEVER = -20.0
_NOTHING = np.zeros((), np.float32)


def face_bundle(folder: Path, points: int = POINTS) -> Path:
    """A ``.task`` file: a face in the middle of a square picture, upright, where a region is not all black.

    Its landmarks are those of :func:`toy_mesh`, in one output.
    """
    detector, landmarks, path = folder / "faces.tflite", folder / "mesh.tflite", folder / "face.task"
    _detector(detector)
    _landmarks(landmarks, points)
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


def toy_mesh(points: int) -> FloatArray:
    """``(points, 3)`` in 0..1 of a region; the eyes are level."""
    mesh = mesh_at(0.5, 0.5, 1 / 1.5, points)
    mesh[[33, 263], :2] = (0.35, 0.4), (0.65, 0.4)
    return mesh


def _landmarks(path: Path, points: int) -> None:
    side_px = LANDMARK_PX[points]
    flag = (np.zeros((1, 1, 1, 1), np.float32), np.ones((1, 1, 1, 1), np.float32))
    mesh = (np.asarray(toy_mesh(points) * side_px, np.float32).reshape(1, 1, 1, -1), _NOTHING)
    answering(path, side_px, {"points": mesh, "flag": flag})
