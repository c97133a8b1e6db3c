"""How steady and how late meshes of faces are, for other values of the filter, on the test data.

    python -m bench.face_smoothing

``shakes``: how far points of a still portrait with a little noise go from frame to frame, root mean square; ``late``:
how far points of somebody who signs (``asl_walk.mkv``) are from where the model sees them, on average. Both are shares
of the distance between the eyes, at 25 frames a second. Models and media come from EDGE_TEST_DATA (default ../shared).
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.common.place_boxes import box_of
from edge.tasks.face.files import FaceFiles
from edge.tasks.face.mesh import LEFT_EYE, RIGHT_EYE
from edge.tasks.face.mesh_smoother import MeshSmoother, MeshSmoothing
from edge.tasks.face.model import MediaPipeFace
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.types import FloatArray, ImageArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
_FPS, _NOISE, _FRAMES = 25, 8.0, 50
_SIZE = (512, 640)
_PICTURE = (1000, 1000)
"""Meshes are in widths of the picture, which is the same in both directions."""
_VALUES = tuple(MeshSmoothing(*one) for one in product((0.5, 1.2, 2.5), (5.0, 20.0, 60.0), (2.0,)))


def main() -> None:
    """Measure and print."""
    still, clip = _meshes(_noisy_portrait()), _meshes(_clip())
    print(f"as the model sees them: shakes {_step(still):.4f}")
    for values in _VALUES:
        late = np.linalg.norm(_smoothed(clip, values)[:, :, :2] - clip[:, :, :2], axis=2).mean() / _eyes(clip)
        print(f"{values}: shakes {_step(_smoothed(still, values)):.4f}, late {late:.4f}")


def _noisy_portrait() -> Iterable[ImageArray]:
    pixels = cv2.imread(str(DATA / "media/hand_face/portrait.jpg"))
    portrait = cv2.cvtColor(cv2.resize(np.asarray(pixels), _SIZE), cv2.COLOR_BGR2RGB)
    rng = np.random.default_rng(1)
    for _ in range(_FRAMES):
        yield np.clip(portrait + rng.normal(0, _NOISE, portrait.shape), 0, 255).astype(np.uint8)


def _clip() -> Iterable[ImageArray]:
    film = cv2.VideoCapture(str(DATA / "media/video_people/asl_walk.mkv"))
    while (read := film.read())[0]:
        yield np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8)


def _meshes(images: Iterable[ImageArray]) -> FloatArray:
    """``(frames, points, 3)`` in widths of the picture, all of which show one face."""
    folder = DATA / "models/mediapipe"
    files = FaceFiles(folder / "face_landmark.tflite", folder / "face_detection_short_range.tflite", "short")
    model = MediaPipeFace(files, TfliteModel, least_presence=0.5)
    found = []
    for number, image in enumerate(images):
        frame = Frame(number, image, number * NS_PER_S // _FPS, 0)
        found.append(model.observe(frame, Look()).values.meshes[0] * (1, frame.height / frame.width, 1))
    return np.array(found, np.float32)


def _smoothed(meshes: FloatArray, values: MeshSmoothing) -> FloatArray:
    smoother = MeshSmoother()
    return np.array(
        [smoother.update(mesh, box_of(mesh), number / _FPS, _PICTURE, values) for number, mesh in enumerate(meshes)]
    )


def _step(meshes: FloatArray) -> float:
    """Once it has settled."""
    steps = np.diff(meshes[5:, :, :2], axis=0)
    return float(np.sqrt((steps**2).sum(axis=2).mean())) / _eyes(meshes)


def _eyes(meshes: FloatArray) -> float:
    left, right = (meshes[:, list(eye), :2].mean(axis=1) for eye in (LEFT_EYE, RIGHT_EYE))
    return float(np.linalg.norm(left - right, axis=1).mean())


if __name__ == "__main__":
    main()
