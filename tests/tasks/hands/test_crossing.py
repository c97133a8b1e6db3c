"""Two hands that cross, and one that leaves and returns, put together of a photo's hand and its mirror image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.cli.main import main
from edge.library import open_task
from edge.tasks.hands.result import HandsResult
from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.types import ImageArray
    from tests.support import SharedData

FPS = 25
PAPER = 235


@pytest.fixture
def left_hand(shared: SharedData) -> ImageArray:
    photo = picture(shared.path("media/hand_face/hands.jpg"))
    return np.asarray(cv2.resize(photo[:, :350], (230, 250)), np.uint8)


def lay(ground: ImageArray, hand: ImageArray, x: int, y: int) -> None:
    """A hand without its paper, cut at the sides of the picture."""
    begin, end = max(x, 0), min(x + hand.shape[1], ground.shape[1])
    if end > begin:
        shown, below = hand[:, begin - x : end - x], ground[y : y + hand.shape[0], begin:end]
        below[...] = np.where(shown.min(axis=2, keepdims=True) < PAPER, shown, below)


def results(shared: SharedData, images: Iterator[ImageArray]) -> list[HandsResult]:
    model = str(shared.path("models/mediapipe/hand_landmark_full.tflite"))
    hands = open_task("hands", model=model, stream=True, gestures=False)
    found = [hands.detect(image, number / FPS) for number, image in enumerate(images)]
    return [one for one in found if isinstance(one, HandsResult)]


@pytest.fixture(autouse=True)
def store(shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with the palm detector, which goes with landmarks of one's own."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    assert main(["models", "import", str(shared.path("models/mediapipe/palm_detection_lite.tflite"))]) == 0


def crossing(left: ImageArray) -> Iterator[ImageArray]:
    right = np.ascontiguousarray(left[:, ::-1])
    for number in range(101):
        ground, way = np.full((480, 640, 3), 255, np.uint8), number / 100
        lay(ground, left, round(-20 + 440 * way), 120)
        lay(ground, right, round(420 - 440 * way), 150)
        yield ground


def leaving(left: ImageArray) -> Iterator[ImageArray]:
    """Out at the right, away for more than a second, and in again."""
    for number in range(120):
        ground = np.full((480, 640, 3), 255, np.uint8)
        lay(ground, left, 200 + 12 * number if number < 60 else 680 - 12 * (number - 80), 110)
        yield ground


def test_hands_that_cross_stay_themselves(shared: SharedData, left_hand: ImageArray) -> None:
    found = results(shared, crossing(left_hand))

    assert {hand.id for one in found for hand in one.hands} == {1, 2}
    for number in (1, 2):
        ways = [hand for one in found for hand in one.hands if hand.id == number]
        (side,) = {hand.handedness.category_name for hand in ways}
        moved = ways[-1].box.x - ways[0].box.x
        assert (moved > 0.4) if side == "Left" else (moved < -0.4)
        assert len(ways) > 80, "it is hidden for a moment only"


def test_a_hand_that_returns_is_another_and_nothing_stays_where_it_left(
    shared: SharedData, left_hand: ImageArray
) -> None:
    found = results(shared, leaving(left_hand))

    ids = [[hand.id for hand in one.hands] for one in found]
    assert ids[:20] == [[1]] * 20
    assert ids[42:78] == [[]] * 36
    assert ids[-10:] == [[2]] * 10
    assert found[60].count == 0
    assert found[-1].count == 1
