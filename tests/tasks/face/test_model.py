"""Faces, against what the public tests of tfjs-models expect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.look import Look
from edge.tasks.face.detector import FaceDetector
from edge.tasks.face.files import FaceFiles
from edge.tasks.face.mesh import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from edge.tasks.face.model import MediaPipeFace
from edge.types import FULL_FRAME, Box
from tests.support import make_frame, picture

if TYPE_CHECKING:
    from edge.tasks.face.settings import Range
    from edge.types import FloatArray, ImageArray
    from tests.support import SharedData

PLAIN, ATTENTION = "face_landmark", "face_landmark_with_attention_stockops_f16"
FULL, SPARSE = "face_detection_full_range", "face_detection_full_range_sparse"
SHORT = "face_detection_short_range"
DETECTORS: list[tuple[Range, str]] = [("short", SHORT), ("full", FULL), ("full", SPARSE)]


class Counted(TfliteModel):
    """A model that counts its runs."""

    runs = 0

    def invoke(self) -> None:
        """As always."""
        self.runs += 1
        super().invoke()


def faces(shared: SharedData, landmarks: str = PLAIN, *, least: float = 0.5) -> MediaPipeFace:
    folder = "models/mediapipe"
    files = FaceFiles(shared.path(f"{folder}/{landmarks}.tflite"), shared.path(f"{folder}/{SHORT}.tflite"), "short")
    return MediaPipeFace(files, Counted, least_presence=least)


def detector_runs(model: MediaPipeFace) -> int:
    detector = model.models[0]
    assert isinstance(detector, Counted)
    return detector.runs


def portrait(shared: SharedData) -> ImageArray:
    return picture(shared.path("media/hand_face/portrait.jpg"))


def expected(shared: SharedData, what: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared.path("reference/tfjs/images.json").read_text())[what]
    return found


def meshes(model: MediaPipeFace, image: ImageArray, *, most: int = 1, time_s: float = 0.0) -> FloatArray:
    """x, y, z of each face in pixels."""
    height, width = image.shape[:2]
    observation = model.observe(make_frame(image, time_s=time_s), Look(most=most))
    return np.asarray(observation.values.meshes * np.array((width, height, width)), np.float32)


@pytest.mark.parametrize(("face_range", "file"), DETECTORS)
def test_the_detector_finds_box_and_key_points(shared: SharedData, face_range: Range, file: str) -> None:
    truth = expected(shared, "face_detection")
    path = shared.path(f"models/mediapipe/{file}.tflite")
    detector = FaceDetector(path, face_range, TfliteModel, InvokeTimer())

    (face,) = detector.find(make_frame(portrait(shared)), FULL_FRAME)

    assert np.abs(face.box - truth[f"{face_range}_range"]["box"]).max() <= truth["tolerance_px"]
    assert np.abs(face.key_points - truth[f"{face_range}_range"]["keypoints"]).max() <= truth["tolerance_px"]


@pytest.mark.parametrize("landmarks", [PLAIN, ATTENTION])
@pytest.mark.parametrize("passes", [1, 5], ids=["reacquisition", "tracking"])
def test_the_mesh_of_a_portrait(shared: SharedData, landmarks: str, passes: int) -> None:
    truth, model, image = expected(shared, "face_mesh"), faces(shared, landmarks), portrait(shared)

    for number in range(passes):
        (mesh,) = meshes(model, image, time_s=number / 10)

    assert detector_runs(model) == 1
    known = truth["eyes"] + (truth["iris_with_refinement"] if landmarks == ATTENTION else [])
    points, places = zip(*known, strict=True)
    assert np.abs(mesh[list(points), :2] - places).max() <= truth["tolerance_px"]
    box = np.concatenate((mesh[:, :2].min(axis=0), mesh[:, :2].max(axis=0)))
    assert np.abs(box - truth["box"]).max() <= truth["tolerance_px"]


@pytest.mark.parametrize("landmarks", [PLAIN, ATTENTION])
def test_the_nose_is_nearer_than_the_ears(shared: SharedData, landmarks: str) -> None:
    (mesh,) = meshes(faces(shared, landmarks), portrait(shared))

    assert mesh[1, 2] < 0 < min(mesh[234, 2], mesh[454, 2])


def test_the_published_attention_mesh_is_refused_with_the_name_of_what_can_be_used(shared: SharedData) -> None:
    with pytest.raises(ModelError, match=r"only MediaPipe has; use .*stockops_f16\.tflite.*face-landmarker") as refused:
        faces(shared, "face_landmark_with_attention")
    assert "\n" not in str(refused.value)


def test_a_detector_of_the_other_range_is_refused(shared: SharedData) -> None:
    path = shared.path(f"models/mediapipe/{SPARSE}.tflite")
    with pytest.raises(ModelError, match=r"not BlazeFace's short range detector: its outputs are \[1, 2304, 16\]"):
        FaceDetector(path, "short", TfliteModel, InvokeTimer())


@pytest.mark.parametrize("name", [SHORT, "hand_landmark_lite"])
def test_what_are_no_landmarks_of_a_face_is_refused(shared: SharedData, name: str) -> None:
    with pytest.raises(ModelError, match="not MediaPipe's face landmarks"):
        faces(shared, name)


def test_where_no_face_is_the_detector_looks_ten_times_a_second(shared: SharedData) -> None:
    model = faces(shared)

    for number in range(31):
        assert model.observe(make_frame(number=number, time_s=number / 30), Look()).values.meshes.shape == (0, 468, 3)

    assert 8 <= detector_runs(model) <= 11


def test_beside_a_face_others_are_looked_for_twice_a_second(shared: SharedData) -> None:
    model, image = faces(shared), portrait(shared)

    for number in range(21):
        assert len(meshes(model, image, most=2, time_s=number / 10)) == 1

    assert detector_runs(model) in {4, 5}


def test_a_face_that_returns_is_found_again_and_leaves_no_ghost(shared: SharedData) -> None:
    model, image = faces(shared), portrait(shared)
    empty = np.full_like(image, 90)

    counts = [len(meshes(model, empty if 5 <= number < 10 else image, time_s=number / 10)) for number in range(15)]

    assert counts == [1] * 5 + [0] * 5 + [1] * 5


def test_a_face_that_turns_by_a_quarter_is_followed(shared: SharedData) -> None:
    """Five degrees a frame; the points go where the picture turns them."""
    model, image = faces(shared), portrait(shared)[:700]
    height, width = image.shape[:2]
    (upright,) = meshes(model, image)

    for number in range(1, 19):
        turn = cv2.getRotationMatrix2D((410, 220), 5 * number, 1)
        (mesh,) = meshes(model, np.asarray(cv2.warpAffine(image, turn, (width, height)), np.uint8), time_s=number / 10)

    eyes = mesh[LEFT_EYE_OUTER, :2] - mesh[RIGHT_EYE_OUTER, :2]
    assert np.degrees(np.arctan2(-eyes[1], eyes[0])) == pytest.approx(90, abs=4)
    wanted = upright[:, :2] @ turn[:, :2].T + turn[:, 2]
    apart = np.linalg.norm(mesh[:, :2] - wanted, axis=1).mean() / np.linalg.norm(eyes)
    assert apart < 0.05
    assert detector_runs(model) == 1


def test_two_faces_are_two_and_one_is_one(shared: SharedData) -> None:
    image = portrait(shared)[:500, 150:650]
    both = np.concatenate((image, image[:, ::-1]), axis=1)

    for most in (1, 2, 4):
        found = meshes(faces(shared), both, most=most)
        assert len(found) == min(most, 2)
    left, right = sorted(found[:, :, 0].mean(axis=1))
    assert left < 500 < right


def test_nothing_is_seen_beyond_the_region(shared: SharedData) -> None:
    image = portrait(shared)

    below = faces(shared).observe(make_frame(image), Look(region=Box(0, 0.5, 1, 0.5)))
    above = faces(shared).observe(make_frame(image), Look(region=Box(0.2, 0, 0.6, 0.5)))

    assert (len(below.values.meshes), len(above.values.meshes)) == (0, 1)


def test_a_face_has_to_be_as_sure_as_is_asked_for(shared: SharedData) -> None:
    image = cv2.GaussianBlur(portrait(shared), (0, 0), 20).astype(np.uint8)

    found = [len(meshes(faces(shared, least=least), image)) for least in (0.0, 1.0)]

    assert found == [1, 0]


def test_planes_give_the_same_face(shared: SharedData) -> None:
    image = portrait(shared)
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)

    from_rgb, from_planes = (
        faces(shared).observe(make_frame(one), Look()).values.meshes[0, :, :2] for one in (image, planes)
    )

    assert np.abs(from_rgb - from_planes).max() <= 0.005
