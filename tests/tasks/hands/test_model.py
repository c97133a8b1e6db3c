"""Hands, against what the public tests of tfjs-models expect, and on models whose answers are known."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.handedness import handedness
from edge.tasks.hands.model import Hands, HandThresholds
from edge.types import Box
from tests.support import make_frame, picture
from tests.tasks.hands.toys import DETECTOR_PX, hand_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.tasks.hands.landmarks import SeenHand
    from edge.types import FloatArray, ImageArray
    from tests.support import SharedData

FPS = 25
TWO = Look(most=2)


class Counted(TfliteModel):
    """A model that counts its runs."""

    runs = 0

    def invoke(self) -> None:
        """As always."""
        self.runs += 1
        super().invoke()


def hands(shared: SharedData, size: str) -> Hands:
    folder = "models/mediapipe"
    parts = {
        "detector": shared.path(f"{folder}/palm_detection_{size}.tflite"),
        "landmarks": shared.path(f"{folder}/hand_landmark_{size}.tflite"),
        "gesture_embedder": shared.path("models/gesture/gesture_embedder.tflite"),
        "gestures": shared.path("models/gesture/canned_gesture_classifier.tflite"),
    }
    return Hands(parts, Counted, HandThresholds())


def toy_hands(folder: Path, *places: tuple[float, float]) -> Hands:
    bundle = hand_bundle(folder, places)
    parts = {"detector": bundle / "hand_detector.tflite", "landmarks": bundle / "hand_landmarks_detector.tflite"}
    return Hands(parts, partial(Counted, threads=1), HandThresholds())


def runs(model: Hands) -> tuple[int, int]:
    """Of the detector and of the landmarks."""
    detector, landmarks, *_ = model.models
    assert isinstance(detector, Counted)
    assert isinstance(landmarks, Counted)
    return detector.runs, landmarks.runs


def expected(shared: SharedData) -> Any:
    return json.loads(shared.path("reference/tfjs/images.json").read_text())["hands"]


def photo(shared: SharedData) -> ImageArray:
    return picture(shared.path("media/hand_face/hands.jpg"))


def frames(path: Path) -> Iterator[ImageArray]:
    video = cv2.VideoCapture(str(path))
    while True:
        is_there, image = video.read()
        if not is_there:
            return
        yield np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def places_px(hand: SeenHand, image: ImageArray) -> FloatArray:
    height, width = image.shape[:2]
    return hand.points * np.array((width, height, width), np.float32)


def wrist_x(hand: SeenHand) -> float:
    return float(hand.points[0, 0])


@pytest.mark.parametrize("size", ["lite", "full"])
def test_both_hands_of_a_photo_are_where_they_should_be(shared: SharedData, size: str) -> None:
    image, wanted = photo(shared), expected(shared)

    found = hands(shared, size).observe(make_frame(image), TWO).values

    assert len(found) == 2
    for places in wanted["keypoints"]:
        off_px = [np.abs(places_px(hand, image)[:, :2] - np.array(places)).max() for hand in found]
        assert min(off_px) < wanted["tolerance_px"]


@pytest.mark.parametrize("mirror", [True, False])
def test_handedness_is_the_persons_before_a_camera_that_mirrors_nothing(shared: SharedData, *, mirror: bool) -> None:
    """It shows the back of a left hand twice."""
    image = photo(shared)
    shown = np.ascontiguousarray(image[:, ::-1]) if mirror else image

    found = hands(shared, "full").observe(make_frame(shown), TWO).values

    assert [handedness(hand.right, mirrored=mirror).category_name for hand in found] == ["Left", "Left"]
    assert min(handedness(hand.right, mirrored=mirror).score for hand in found) > 0.9


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_hands_turn_with_the_picture_in_metres_too(shared: SharedData, quarters: int) -> None:
    """Counterclockwise: what was to the right is above then, where y is smaller."""
    image, model = photo(shared), hands(shared, "full")
    turned = np.ascontiguousarray(np.rot90(image, quarters))
    back = np.linalg.matrix_power(np.array([[0, -1], [1, 0]], np.float32), quarters)

    upright = model.observe(make_frame(image), TWO).values
    model.reset()
    found = model.observe(make_frame(turned), TWO).values

    assert len(found) == len(upright) == 2
    for hand in upright:
        x, y = hand.points[0, :2].tolist()
        for _ in range(quarters):
            x, y = y, 1 - x
        same = found[int(np.argmin([np.abs(one.points[0, :2] - (x, y)).sum() for one in found]))]
        assert np.abs(same.world[:, :2] @ back.T - hand.world[:, :2]).max() < 0.015
        assert np.abs(same.world[:, 2] - hand.world[:, 2]).max() < 0.03
        assert abs(same.right - hand.right) < 0.1


def test_an_open_palm_is_one(shared: SharedData) -> None:
    found = hands(shared, "full").observe(make_frame(photo(shared)), TWO).values

    upright = min(found, key=lambda hand: hand.points[:, 0].mean())
    assert GESTURES[int(upright.gestures.argmax())] == "open_palm"
    assert upright.gestures.max() > 0.6
    assert upright.gestures.sum() == pytest.approx(1, abs=1e-3)


def test_a_video_is_followed_in_the_picture_and_in_metres(shared: SharedData) -> None:
    video = expected(shared)["video"]
    wanted = np.array(json.loads(shared.path(video["keypoints"]).read_text()))
    wanted_3d = np.array(json.loads(shared.path(video["keypoints_3d"]).read_text()))
    model, off_px, off_m = hands(shared, "full"), [], []

    for number, image in enumerate(frames(shared.path(video["file"]))):
        (hand,) = model.observe(make_frame(image, time_s=number / FPS), Look(most=1)).values
        off_px.append(np.abs(places_px(hand, image) - wanted[number]))
        off_m.append(np.abs(hand.world - wanted_3d[number]))

    assert len(off_px) == len(wanted)
    assert (np.array(off_px) <= video["tolerance_px"]).mean() >= 0.95
    assert (np.array(off_m) <= video["tolerance_m"]).mean() >= 0.95
    assert runs(model)[0] == 1, "the detector ran once"


def test_the_detector_rests_while_as_many_are_followed_as_are_wanted(shared: SharedData) -> None:
    model, image = hands(shared, "lite"), photo(shared)

    for number in range(10):
        model.observe(make_frame(image, number=number, time_s=number / 10), TWO)

    assert runs(model) == (1, 20)


def test_while_fewer_are_there_it_looks_three_times_a_second(shared: SharedData) -> None:
    model, image = hands(shared, "lite"), photo(shared)

    for number in range(60):
        found = model.observe(make_frame(image, number=number, time_s=number / 30), Look(most=3)).values

    assert len(found) == 2
    assert 5 <= runs(model)[0] <= 8


def test_nobody_is_looked_for_ten_times_a_second(tmp_path: Path) -> None:
    model = toy_hands(tmp_path)
    empty = np.full((DETECTOR_PX, DETECTOR_PX, 3), 255, np.uint8)

    for number in range(60):
        assert not model.observe(make_frame(empty, number=number, time_s=number / 30), TWO).values

    assert 15 <= runs(model)[0] <= 22


def test_a_hand_that_is_lost_is_looked_for_at_once(tmp_path: Path) -> None:
    model = toy_hands(tmp_path, (96, 96))
    bright, dark = (np.full((DETECTOR_PX, DETECTOR_PX, 3), value, np.uint8) for value in (255, 0))

    for number, image in enumerate((bright, dark)):
        found = model.observe(make_frame(image, number=number, time_s=number / 100), Look(most=1)).values
        assert len(found) == (1 if image is bright else 0)

    assert runs(model)[0] == 2


def test_one_hand_that_two_palms_were_found_of_is_one(tmp_path: Path) -> None:
    model = toy_hands(tmp_path, (96, 96), (100, 98))
    image = np.full((DETECTOR_PX, DETECTOR_PX, 3), 255, np.uint8)

    assert len(model.observe(make_frame(image), TWO).values) == 1


def test_hands_outside_of_the_region_are_not_seen(shared: SharedData) -> None:
    half = Look(most=2, region=Box(0, 0, 0.5, 1))

    (hand,) = hands(shared, "full").observe(make_frame(photo(shared)), half).values

    assert hand.points[:, 0].max() < 0.55


def test_a_wide_picture_gives_the_same_hand(shared: SharedData) -> None:
    """Angles and squares are taken in pixels, whatever shape the picture has."""
    image = photo(shared)
    wide = cv2.copyMakeBorder(image, 0, 0, 200, 500, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    plain, padded = (
        sorted(hands(shared, "full").observe(make_frame(one), TWO).values, key=lambda hand: hand.points[0, 0])
        for one in (image, np.asarray(wide, np.uint8))
    )

    for one, other in zip(plain, padded, strict=True):
        off_px = places_px(other, np.asarray(wide, np.uint8))[:, :2] - (200, 0) - places_px(one, image)[:, :2]
        assert np.abs(off_px).mean() < 5


def test_a_gap_in_time_forgets_where_hands_were(shared: SharedData) -> None:
    model, image = hands(shared, "lite"), photo(shared)

    for time_s in (0.0, 5.0):
        model.observe(make_frame(image, time_s=time_s), TWO)

    assert runs(model)[0] == 2


def test_an_old_palm_detector_is_refused_in_a_sentence(shared: SharedData) -> None:
    wrong = {
        "detector": shared.path("models/mediapipe/pose_detection.tflite"),
        "landmarks": shared.path("models/mediapipe/hand_landmark_lite.tflite"),
    }
    with pytest.raises(ModelError, match=r"pose_detection.tflite: not MediaPipe's palm detector of 192 pixels: its"):
        Hands(wrong, TfliteModel, HandThresholds())


def test_a_bundle_without_a_member_is_refused_in_a_sentence(tmp_path: Path) -> None:
    bundle = tmp_path / "other.task"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("face_detector.tflite", b"")
    parts = {"detector": bundle / "hand_detector.tflite", "landmarks": bundle / "hand_landmarks_detector.tflite"}

    with pytest.raises(ModelError, match=r"a bundle without hand_detector.tflite; it holds face_detector.tflite"):
        Hands(parts, TfliteModel, HandThresholds())
