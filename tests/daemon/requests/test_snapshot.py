from __future__ import annotations

import base64
from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.daemon.requests.snapshot import LatestFrame
from edge.messages.request import RequestError
from tests.mqtt.samples import category_result, pose_result
from tests.support import make_frame

NOW_NS = 5_000_000_000


def latest_frame(colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (48, 64)) -> LatestFrame:
    frame = replace(make_frame(number=1, time_s=4.9), image=np.full((*size, 3), colour, np.uint8))
    latest_frame = LatestFrame()
    latest_frame.put(replace(pose_result(), frame=frame))
    return latest_frame


def seen(jpeg: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image[..., ::-1])


def test_a_picture_shows_what_the_camera_sees() -> None:
    snapshot = latest_frame().take(NOW_NS, only_skeletons=False)
    assert (snapshot.width, snapshot.height) == (64, 48)
    assert np.abs(seen(snapshot.jpeg).astype(int) - (200, 30, 30)).max() < 12
    assert base64.b64decode(snapshot.described()["data"]) == snapshot.jpeg


def test_with_privacy_nothing_of_the_frame_is_left() -> None:
    image = seen(latest_frame((255, 255, 255), (480, 640)).take(NOW_NS, only_skeletons=True).jpeg)
    assert image.max() > 100, "the skeleton is there"
    assert np.mean(image.max(axis=2) > 100) < 0.1, "and little else"


def test_with_privacy_and_without_people_it_is_black() -> None:
    latest_frame = LatestFrame()
    latest_frame.put(replace(category_result(), frame=make_frame(number=1, time_s=4.9)))
    assert seen(latest_frame.take(NOW_NS, only_skeletons=True).jpeg).max() < 8


def test_large_frames_are_made_smaller() -> None:
    snapshot = latest_frame(size=(1080, 1920)).take(NOW_NS, only_skeletons=False)
    assert (snapshot.width, snapshot.height) == (1280, 720)


@pytest.mark.parametrize("latest_frame", [LatestFrame(), latest_frame()])
def test_an_old_picture_is_none(latest_frame: LatestFrame) -> None:
    with pytest.raises(RequestError, match="no picture"):
        latest_frame.take(60_000_000_000, only_skeletons=False)
