"""BlazePose, against what the public tests of tfjs-models expect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edge.errors import ModelError
from edge.overlay.canvas import Canvas
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.blazepose.model import BlazePose
from edge.tasks.pose.landmarks import COCO_ROWS, Landmarks
from edge.tasks.pose.silhouette import draw_silhouette
from edge.types import Box
from tests.support import make_frame, picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.tasks.common.observer import Observation
    from edge.types import FloatArray, ImageArray
    from tests.support import SharedData

FPS = 5
"""Of the video."""


class Counted(TfliteModel):
    """A model that counts its runs."""

    runs = 0

    def invoke(self) -> None:
        """As always."""
        self.runs += 1
        super().invoke()


def blazepose(shared: SharedData, size: str = "full") -> BlazePose:
    folder = "models/mediapipe"
    return BlazePose(
        shared.path(f"{folder}/pose_detection.tflite"), shared.path(f"{folder}/pose_landmark_{size}.tflite"), Counted
    )


def detector_runs(model: BlazePose) -> int:
    detector = model.models[0]
    assert isinstance(detector, Counted)
    return detector.runs


def only(observation: Observation[FloatArray]) -> Landmarks:
    (landmarks,) = observation.details
    assert isinstance(landmarks, Landmarks)
    return landmarks


def expected(shared: SharedData) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared.path("reference/tfjs/images.json").read_text())["blazepose"]
    return found


def photo(shared: SharedData) -> ImageArray:
    return picture(shared.path("media/video_pose/pose.jpg"))


def test_landmarks_mask_and_keypoints_of_a_photo(shared: SharedData) -> None:
    image, truth = photo(shared), expected(shared)
    height, width = image.shape[:2]

    observation = blazepose(shared).observe(make_frame(image), Look())

    landmarks = only(observation)
    off_px = np.abs(landmarks.points[:, :2] * (width, height) - truth["landmarks"])
    assert off_px.max() <= truth["tolerance_px"]
    assert np.abs(landmarks.world - truth["world"]).max() <= truth["tolerance_m"]
    np.testing.assert_array_equal(observation.values[0, :, 1::-1], landmarks.points[COCO_ROWS, :2])
    assert mask_iou(landmarks, picture(shared.path("media/video_pose/pose_segmentation.png"))) >= truth["min_iou"]


def mask_iou(landmarks: Landmarks, painted: ImageArray) -> float:
    assert landmarks.mask is not None
    height, width = painted.shape[:2]
    ground = np.zeros((height, width, 3), np.uint8)
    draw_silhouette(Canvas.whole(ground), landmarks.mask, (255, 255, 255))
    found = ground[:, :, 0] > 0
    truth = painted[:, :, 2] > 127  # a person is blue there, the rest red
    return float((found & truth).sum() / (found | truth).sum())


@pytest.mark.long
def test_a_video_is_followed_and_the_detector_rests(shared: SharedData) -> None:
    truth = expected(shared)["video"]
    points = np.array(json.loads(shared.path("reference/tfjs/pose_squats.full.json").read_text()))
    world = np.array(json.loads(shared.path("reference/tfjs/pose_squats_3d.full.json").read_text()))
    frames = video(shared)
    model = blazepose(shared)

    found = [
        only(model.observe(make_frame(image, number=number, time_s=number / FPS), Look(most=4)))
        for number, image in enumerate(frames)
    ]

    size = frames[0].shape[1::-1]
    off_px = np.abs(np.array([one.points[:, :2] * size for one in found]) - points[:, :, :2])
    off_m = np.abs(np.array([one.world for one in found]) - world)
    assert (off_px <= truth["tolerance_px"]).mean() >= 0.97
    assert (off_m <= truth["tolerance_m"]).mean() >= 0.97
    assert detector_runs(model) <= 0.05 * len(frames)


def video(shared: SharedData) -> list[NDArray[np.uint8]]:
    clip = cv2.VideoCapture(str(shared.path("media/video_pose/pose_squats.mp4")))
    frames = []
    while (read := clip.read())[0]:
        frames.append(np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8))
    return frames


def test_planes_give_the_same_person(shared: SharedData) -> None:
    image = photo(shared)[:666]
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    model = blazepose(shared, "lite")

    from_rgb = only(model.observe(make_frame(image), Look())).points
    model.reset()
    from_planes = only(model.observe(make_frame(planes), Look())).points

    assert np.abs(from_rgb[:, :2] - from_planes[:, :2]).max() <= 0.01


def test_two_people_have_landmarks_each(shared: SharedData) -> None:
    image = photo(shared)
    both = np.concatenate((image[:, 200:800], image[:, 800:200:-1]), axis=1)

    observation = blazepose(shared, "lite").observe(make_frame(both), Look(most=2))

    middles = sorted(one.points[:, 0].mean() for one in observation.details if isinstance(one, Landmarks))
    assert len(middles) == 2
    assert middles[0] < 0.5 < middles[1]


def test_where_nobody_is_the_detector_looks_five_times_a_second(shared: SharedData) -> None:
    model = blazepose(shared, "lite")

    for number in range(31):
        assert model.observe(make_frame(number=number, time_s=number / 30), Look()).values.shape == (0, 17, 3)

    assert detector_runs(model) in {5, 6}


def test_as_many_as_are_wanted_leave_the_detector_alone(shared: SharedData) -> None:
    model, image = blazepose(shared, "lite"), photo(shared)

    for number in range(40):
        model.observe(make_frame(image, number=number, time_s=number / 20), Look(most=1))

    assert detector_runs(model) == 1


def test_after_a_gap_it_is_looked_for_anew(shared: SharedData) -> None:
    model, image = blazepose(shared, "lite"), photo(shared)

    for time_s in (0.0, 0.1, 5.0):
        model.observe(make_frame(image, time_s=time_s), Look(most=1))

    assert detector_runs(model) == 2


def test_nobody_is_seen_beyond_the_region(shared: SharedData) -> None:
    observation = blazepose(shared, "lite").observe(make_frame(photo(shared)), Look(region=Box(0, 0, 0.25, 1)))

    assert observation.details == ()


def test_a_file_that_is_another_model_is_named(shared: SharedData) -> None:
    detector = shared.path("models/mediapipe/pose_detection.tflite")

    with pytest.raises(ModelError, match=r"pose_detection\.tflite: not BlazePose's landmarks: its outputs are "):
        BlazePose(detector, detector, TfliteModel)
