"""Gestures, on hands that show them and on hands put together of such."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.look import Look
from edge.tasks.hands.gestures import GESTURES, GestureRecognizer, shape_of
from edge.tasks.hands.model import Hands, HandThresholds
from tests.support import make_frame, picture
from tests.tasks.hands.samples import seen_hand

if TYPE_CHECKING:
    from edge.tasks.hands.landmarks import SeenHand
    from edge.types import FloatArray, ImageArray
    from tests.support import SharedData

VIDEO = "media/video_hand/asl_hand.25fps.mp4"
FIST, POINTING = 268, 162
"""Numbers of its frames."""
SQUARE = (1000, 1000)
THUMB = slice(1, 5)


def recognizer(shared: SharedData) -> GestureRecognizer:
    folder = shared.path("models/gesture")
    return GestureRecognizer(
        folder / "gesture_embedder.tflite",
        folder / "canned_gesture_classifier.tflite",
        partial(TfliteModel, threads=1),
        InvokeTimer(),
    )


def only_hand(shared: SharedData, image: ImageArray) -> SeenHand:
    """Its landmarks, with x, y and z in the same unit."""
    folder = "models/mediapipe"
    parts = {
        "detector": shared.path(f"{folder}/palm_detection_full.tflite"),
        "landmarks": shared.path(f"{folder}/hand_landmark_full.tflite"),
    }
    model = Hands(parts, partial(TfliteModel, threads=1), HandThresholds())
    (hand,) = model.observe(make_frame(image), Look(most=1)).values
    height, width = image.shape[:2]
    in_thousands = np.array((width, height, width), np.float32) / 1000
    return replace(hand, points=np.asarray(hand.points * in_thousands, np.float32))


def frame_of(shared: SharedData, number: int) -> ImageArray:
    video = cv2.VideoCapture(str(shared.path(VIDEO)))
    video.set(cv2.CAP_PROP_POS_FRAMES, number)
    return np.asarray(cv2.cvtColor(video.read()[1], cv2.COLOR_BGR2RGB), np.uint8)


def with_thumb_of(hand: FloatArray, other: FloatArray) -> FloatArray:
    """The thumb of another hand, turned and scaled as the palms are."""
    way, other_way = (complex(*(one[9, :2] - one[0, :2])) for one in (hand, other))
    turn = way / other_way
    moved = hand.copy()
    for row in range(THUMB.start, THUMB.stop):
        place = complex(*(other[row, :2] - other[1, :2])) * turn
        moved[row, :2] = hand[1, :2] + (place.real, place.imag)
        moved[row, 2] = hand[1, 2] + abs(turn) * (other[row, 2] - other[1, 2])
    return moved


def turned(hand: FloatArray, degrees: float) -> FloatArray:
    """Clockwise, around its wrist."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    moved = hand.copy()
    moved[:, :2] = (hand[:, :2] - hand[0, :2]) @ np.array([[cosine, sine], [-sine, cosine]], np.float32) + hand[0, :2]
    return moved


@pytest.mark.parametrize(("number", "gesture"), [(FIST, "closed_fist"), (POINTING, "pointing_up")])
def test_what_a_video_shows_is_told(shared: SharedData, number: int, gesture: str) -> None:
    hand = only_hand(shared, frame_of(shared, number))

    found = recognizer(shared).recognize(hand, SQUARE)

    assert GESTURES[int(found.argmax())] == gesture
    assert found.max() > 0.7


@pytest.mark.parametrize(("degrees", "gesture"), [(-75, "thumb_up"), (90, "thumb_down")])
def test_a_thumb_that_points_up_or_down_is_told(shared: SharedData, degrees: float, gesture: str) -> None:
    """A fist with the thumb of an open hand, which points to the right."""
    fist = only_hand(shared, frame_of(shared, FIST))
    left = np.ascontiguousarray(picture(shared.path("media/hand_face/hands.jpg"))[:, :350])
    open_hand = only_hand(shared, left)
    points = turned(with_thumb_of(fist.points, open_hand.points), degrees)
    world = turned(with_thumb_of(fist.world, open_hand.world), degrees)

    found = recognizer(shared).recognize(replace(fist, points=points, world=world), SQUARE)

    assert (points[4, 1] < points[2, 1]) == (gesture == "thumb_up"), "the tip is above the joint"
    assert GESTURES[int(found.argmax())] == gesture


def test_a_shape_is_the_same_wherever_and_however_large_a_hand_is() -> None:
    small, large = seen_hand(0.3, 0.4, size=0.1).points, seen_hand(0.6, 0.5, size=0.4).points

    np.testing.assert_allclose(shape_of(small, SQUARE), shape_of(large, SQUARE), atol=1e-3)


def test_a_shape_is_that_of_pixels() -> None:
    hand = seen_hand(0.5).points
    wide = hand * np.array((0.5, 1, 0.5), np.float32)  # the same pixels in a picture twice as wide

    np.testing.assert_allclose(shape_of(hand, (500, 500))[:, :2], shape_of(wide, (500, 1000))[:, :2], atol=1e-3)
