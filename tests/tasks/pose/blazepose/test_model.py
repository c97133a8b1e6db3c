"""BlazePose, against what the public tests of tfjs-models expect."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edge.config.sections import Settings
from edge.daemon.build import build_processor, prepare_change
from edge.errors import ModelError
from edge.overlay.canvas import Canvas
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.blazepose.model import BlazePose
from edge.tasks.pose.landmarks import COCO_ROWS, Landmarks
from edge.tasks.pose.result import PoseResult
from edge.tasks.pose.settings import PoseSettings
from edge.tasks.pose.silhouette import draw_silhouette
from edge.types import Box
from tests.support import make_frame, picture
from tests.tasks.pose.blazepose.bundles import bundled
from tests.tasks.pose.blazepose.toys import SIDE_PX, toys

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.runtime.model import Tensor
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


def files(shared: SharedData, size: str) -> tuple[Path, Path]:
    folder = "models/mediapipe"
    return shared.path(f"{folder}/pose_detection.tflite"), shared.path(f"{folder}/pose_landmark_{size}.tflite")


def blazepose(shared: SharedData, size: str = "full") -> BlazePose:
    return BlazePose(*files(shared, size), Counted)


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
    found = ground[:, :, 0] > 127
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


def black_and_white() -> ImageArray:
    image = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    image[:, SIDE_PX // 2 :] = 255
    return image


BLACK, WHITE = (56, 112), (168, 112)
"""Places of people in its halves."""


@pytest.mark.parametrize(("brightness", "runs"), [(0, {5, 6}), (255, {1})])
def test_somebody_who_is_not_sure_does_not_stop_the_search(tmp_path: Path, brightness: int, runs: set[int]) -> None:
    model, image = BlazePose(*toys(tmp_path, [BLACK]), Counted), np.full((SIDE_PX, SIDE_PX, 3), brightness, np.uint8)

    for number in range(31):
        seen = model.observe(make_frame(image, number=number, time_s=number / 30), Look(most=1))
        assert len(seen.details) == 1

    assert detector_runs(model) in runs


def test_somebody_sure_comes_before_who_is_not(tmp_path: Path) -> None:
    model = BlazePose(*toys(tmp_path, [BLACK, WHITE]), Counted)

    found = [
        only(model.observe(make_frame(black_and_white(), time_s=number / 10), Look(most=1))) for number in range(10)
    ]

    visible = [bool(one.points[:, 3].min() > 0.5) for one in found]
    assert visible == [True] * 10
    assert detector_runs(model) == 1


def test_somebody_who_comes_beside_a_known_person_is_found(shared: SharedData) -> None:
    """Half a body's height away: the squares around both overlap by more than a half."""
    image = picture(shared.path("media/pose_coco/images/000000000785.jpg"))
    model, look = blazepose(shared, "lite"), Look(most=3)
    alone = model.observe(make_frame(image), look)
    height = float(np.ptp(alone.values[0, :, 0])) * image.shape[0]
    both = with_a_double(image, only(alone), round(height / 2))

    for number in range(1, 60):
        seen = model.observe(make_frame(both, number=number, time_s=number / 20), look)

    one, other = sorted(float(person[:, 1].mean()) * image.shape[1] for person in seen.values)
    assert other - one == pytest.approx(height / 2, rel=0.15)


@pytest.mark.parametrize("still", [True, False])
def test_a_crowd_in_a_still_is_found(shared: SharedData, *, still: bool) -> None:
    """Four photographs in one picture; all of it at once, as a stream begins, shows the detector few of them."""
    names = ("000000000785", "000000117425", "000000349860", "000000397133")
    parts = [cv2.resize(picture(shared.path(f"media/pose_coco/images/{name}.jpg")), (480, 360)) for name in names]
    crowd = np.vstack((np.hstack(parts[:2]), np.hstack(parts[2:]))).astype(np.uint8)
    model = BlazePose(*files(shared, "lite"), TfliteModel, still=still)

    people = model.observe(make_frame(crowd), Look(most=6)).values

    quarters = {tuple(person[:, :2].mean(axis=0) > 0.5) for person in people}
    assert (len(quarters) == 4) == still


def with_a_double(image: ImageArray, person: Landmarks, right_px: int) -> ImageArray:
    """The same with the person once more, further to the right and behind."""
    assert person.mask is not None
    cut = np.zeros_like(image)
    draw_silhouette(Canvas.whole(cut), person.mask, (255, 255, 255))
    inside = cut[:, :, 0] > 0
    both = image.copy()
    moved = np.roll(inside, right_px, axis=1)
    both[moved] = np.roll(image, right_px, axis=1)[moved]
    both[inside] = image[inside]
    return both


def test_more_people_are_looked_for_as_soon_as_they_are_wanted(tmp_path: Path) -> None:
    bundle = bundled(tmp_path / "toys.task", *toys(tmp_path, [BLACK, WHITE]))
    one, two = (Settings(PoseSettings(model=str(bundle), max_people=most)) for most in (1, 2))
    processor = build_processor("pose", one, running=("pose",), still=False)
    bright = np.full((SIDE_PX, SIDE_PX, 3), 255, np.uint8)

    def count(numbers: range) -> int:
        for number in numbers:
            result = processor.process(make_frame(bright, number=number, time_s=number / 30))
        assert isinstance(result, PoseResult)
        return len(result.people)

    assert count(range(40)) == 1
    prepare_change(processor, one, two, running=("pose",))()
    assert count(range(40, 80)) == 2


class SlowToRead(TfliteModel):
    """A model whose tensors take their time."""

    def view(self, tensor: Tensor) -> NDArray[Any]:
        """As always, later."""
        time.sleep(0.1)
        return super().view(tensor)


def test_the_time_is_that_of_the_models_alone(tmp_path: Path) -> None:
    seen = BlazePose(*toys(tmp_path, [WHITE]), SlowToRead).observe(make_frame(black_and_white()), Look())

    assert len(seen.details) == 1
    assert 0 < seen.inference_ms < 300  # around it 8 tensors are written or read


def test_after_a_gap_it_is_looked_for_anew(shared: SharedData) -> None:
    model, image = blazepose(shared, "lite"), photo(shared)

    for time_s in (0.0, 0.1, 5.0):
        model.observe(make_frame(image, time_s=time_s), Look(most=1))

    assert detector_runs(model) == 2


def test_nobody_is_seen_beyond_the_region(shared: SharedData) -> None:
    observation = blazepose(shared, "lite").observe(make_frame(photo(shared)), Look(region=Box(0, 0, 0.25, 1)))

    assert observation.details == ()


@pytest.mark.parametrize("is_i420", [False, True])
def test_a_region_anywhere_shows_the_person_where_the_person_is(shared: SharedData, *, is_i420: bool) -> None:
    image = photo(shared)[:666]
    if is_i420:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    model = blazepose(shared, "lite")

    everywhere = only(model.observe(make_frame(image), Look())).points
    model.reset()
    inside = only(model.observe(make_frame(image), Look(region=Box(0.2, 0.3, 0.6, 0.7)))).points

    assert np.abs(everywhere[COCO_ROWS, :2] - inside[COCO_ROWS, :2]).max() <= 0.02


@pytest.mark.parametrize("region", [Box(0, 0, 0.2, 1), Box(0.8, 0.4, 0.2, 0.3)])
def test_somebody_whom_a_new_region_leaves_out_is_seen_no_more(shared: SharedData, region: Box) -> None:
    image, model = photo(shared), blazepose(shared, "lite")

    assert model.observe(make_frame(image), Look()).details
    left_out = model.observe(make_frame(image, number=1, time_s=0.1), Look(region=region))
    again = model.observe(make_frame(image, number=2, time_s=0.3), Look())

    assert left_out.details == ()
    assert again.details


def test_in_a_region_of_less_than_a_pixel_the_detector_looks_and_nobody_can_be(tmp_path: Path) -> None:
    model, tiny = BlazePose(*toys(tmp_path, [WHITE]), Counted), np.zeros((26, 40, 3), np.uint8)

    seen = model.observe(make_frame(tiny), Look(region=Box(0.5, 0.54, 0.01, 0.01)))

    assert detector_runs(model) == 1
    assert seen.details == ()


def test_a_file_that_is_another_model_is_named(shared: SharedData) -> None:
    detector = shared.path("models/mediapipe/pose_detection.tflite")

    with pytest.raises(ModelError, match=r"pose_detection\.tflite: not BlazePose's landmarks: its outputs are "):
        BlazePose(detector, detector, TfliteModel)
