"""Every way to lay a picture, against numpy's own turning and mirroring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.camera.orientation import AS_IT_IS, Orientation, OrientedCamera, orientation_of, oriented
from edge.camera.settings import CameraSettings
from edge.types import Frame
from tests.camera.fake import FakeCamera

if TYPE_CHECKING:
    from edge.types import ImageArray

keys = st.builds(CameraSettings, rotate=st.sampled_from([0, 90, 180, 270]), hflip=st.booleans(), vflip=st.booleans())
halves = st.tuples(st.integers(1, 12), st.integers(1, 12))


def expected(image: ImageArray, settings: CameraSettings) -> ImageArray:
    """Turned clockwise, then mirrored, as the keys say it."""
    image = np.rot90(image, -settings.rotate // 90)
    image = image[:, ::-1] if settings.hflip else image
    return image[::-1] if settings.vflip else image


def noise(height: int, width: int) -> ImageArray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


@given(settings=keys, size=halves)
def test_an_rgb_picture_is_turned_then_mirrored(settings: CameraSettings, size: tuple[int, int]) -> None:
    image = noise(*size)
    np.testing.assert_array_equal(oriented(image, orientation_of(settings)), expected(image, settings))


@given(settings=keys, half=halves)
def test_an_i420_picture_turns_as_its_rgb_does(settings: CameraSettings, half: tuple[int, int]) -> None:
    """Doubled pixels, so that every block of two by two has one colour."""
    image = noise(*half).repeat(2, axis=0).repeat(2, axis=1)
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    before, after = Frame(0, planes, 0, 0), Frame(0, oriented(planes, orientation_of(settings)), 0, 0)
    assert after.size == expected(image, settings).shape[:2]
    np.testing.assert_array_equal(after.rgb(), expected(before.rgb(), settings))


@given(wanted=keys, hflip=st.booleans(), vflip=st.booleans())
def test_what_the_camera_has_done_is_not_done_again(wanted: CameraSettings, hflip: bool, vflip: bool) -> None:
    image, done, turn = noise(4, 6), Orientation(hflip, vflip), orientation_of(wanted)
    np.testing.assert_array_equal(oriented(oriented(image, done), turn.after(done)), oriented(image, turn))


def test_nothing_to_do_hands_out_the_very_frame() -> None:
    image = noise(4, 6)
    assert oriented(image, AS_IT_IS) is image
    camera = OrientedCamera(FakeCamera([image]), AS_IT_IS)
    frame = camera.read()
    assert frame is not None
    assert frame.image is image


def test_frames_come_turned_and_keep_their_number_and_time() -> None:
    camera = OrientedCamera(
        FakeCamera(width=64, height=48, count=2, live=True), orientation_of(CameraSettings(rotate=90))
    )
    assert (camera.name, camera.live) == ("fake", True)
    first, second = camera.read(), camera.read()
    assert first is not None
    assert second is not None
    assert (second.width, second.height, second.number, second.segment) == (48, 64, 1, 0)
    assert second.timestamp_ns > first.timestamp_ns
    assert camera.read() is None


def test_turning_a_running_camera_starts_a_segment() -> None:
    camera = OrientedCamera(FakeCamera(width=64, height=48), AS_IT_IS)
    seen = []
    for rotate in (0, 90, 90, 0):
        camera.orientation = orientation_of(CameraSettings(rotate=rotate))
        frame = camera.read()
        assert frame is not None
        seen.append((frame.width, frame.segment))
    assert seen == [(64, 0), (48, 1), (48, 1), (64, 2)]


@pytest.mark.parametrize("times", [1, 2])
def test_close_reaches_the_camera(times: int) -> None:
    inside = FakeCamera()
    camera = OrientedCamera(inside, AS_IT_IS)
    for _ in range(times):
        camera.close()
    assert inside.closed
    assert camera.read() is None
