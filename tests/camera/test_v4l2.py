"""The V4L2 camera on a stand-in for the device: every way it can fail, and the colours of what it delivers."""

from __future__ import annotations

import errno
import os
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.camera.settings import CameraSettings
from edge.camera.v4l2 import MAX_BROKEN_IN_A_ROW, V4L2Camera
from edge.camera.v4l2_device import Captured, Mode
from edge.errors import CameraError
from tests.camera.support import PRIMARIES, patches, read_while_closed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.types import ImageArray

SETTINGS = CameraSettings(width=384, height=64, fps=30)
NODE = "/dev/video9"


def fail(number: int) -> OSError:
    return OSError(number, os.strerror(number))


class StandIn:
    """A device that supports ``modes`` and delivers ``pictures``; then it is quiet, or breaks with ``end``."""

    card = "Stand-in Camera"
    captures = True

    def __init__(self, modes: Iterable[Mode], pictures: Iterable[Captured] = (), end: OSError | None = None) -> None:
        self.modes = {mode.fourcc: mode for mode in modes}
        self.pictures = list(pictures)
        self.end = end
        self.started = self.closed = False
        self.chosen: Mode | None = None
        self._awake = threading.Event()

    def negotiate(self, wanted: Mode) -> Mode:
        if not self.modes:
            raise fail(errno.EINVAL)
        self.chosen = self.modes.get(wanted.fourcc) or next(iter(self.modes.values()))
        return self.chosen

    def start(self) -> None:
        self.started = True

    def wait(self, timeout_s: float) -> bool:
        assert 0 < timeout_s <= 5
        if self.pictures or self.end:
            return True
        return self._awake.wait(0) and False

    def newest(self) -> Captured | None:
        if not self.pictures and self.end:
            raise self.end
        return self.pictures.pop(0)

    def wake(self) -> None:
        self._awake.set()

    def close(self) -> None:
        assert not self.closed
        self.closed = True


def mode(fourcc: str, width: int = 384, height: int = 64, fps: float = 30, stride: int = 0) -> Mode:
    return Mode(fourcc, width, height, fps, stride)


def captured(data: bytes, timestamp_ns: int | None = None, *, is_damaged: bool = False) -> Captured:
    return Captured(memoryview(data), timestamp_ns, is_damaged)


def yuyv(image: ImageArray, stride: int | None = None) -> bytes:
    """BT.601 in 16..235, two pixels sharing their chroma, each row filled up to ``stride`` bytes."""
    y, u, v = (cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)[: image.shape[0]], *chroma(image))
    packed = np.stack([y[:, 0::2], u, y[:, 1::2], v], axis=2).reshape(image.shape[0], -1)
    padding = (stride or packed.shape[1]) - packed.shape[1]
    return np.pad(packed, ((0, 0), (0, padding)), constant_values=77).tobytes()


def chroma(image: ImageArray) -> tuple[ImageArray, ImageArray]:
    """U and V at half width and full height."""
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    height, width = image.shape[:2]
    u, v = planes[height:].reshape(2, height // 2, width // 2).repeat(2, axis=1)
    return u, v


def jpeg(image: ImageArray) -> bytes:
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()


def opened(device: StandIn, settings: CameraSettings = SETTINGS) -> V4L2Camera:
    return V4L2Camera(NODE, settings, lambda _path: device)


def assert_primaries(image: ImageArray) -> None:
    np.testing.assert_allclose(image[32, 32::64].astype(int), PRIMARIES, atol=4)


@pytest.mark.parametrize("stride", [768, 1024])
def test_yuyv_comes_as_rgb_without_the_padding_of_its_rows(stride: int) -> None:
    device = StandIn([mode("YUYV", stride=stride)], [captured(yuyv(patches(), stride))])
    frame = opened(device).read()
    assert frame is not None
    assert (frame.width, frame.height) == (384, 64)
    assert_primaries(frame.image)


def test_mjpeg_comes_as_rgb() -> None:
    frame = opened(StandIn([mode("MJPG")], [captured(jpeg(patches()))])).read()
    assert frame is not None
    assert_primaries(frame.image)


@pytest.mark.parametrize(
    ("modes", "chosen"),
    [
        ([mode("YUYV"), mode("MJPG")], "YUYV"),
        ([mode("YUYV", fps=5), mode("MJPG")], "MJPG"),
        ([mode("YUYV", width=320), mode("MJPG", fps=15)], "MJPG"),
        ([mode("YUYV", fps=29.97), mode("MJPG")], "YUYV"),
        ([mode("MJPG")], "MJPG"),
    ],
)
def test_the_format_nearest_to_what_is_wanted_is_taken(modes: list[Mode], chosen: str) -> None:
    device = StandIn(modes)
    opened(device)
    assert device.started
    assert device.chosen is not None
    assert device.chosen.fourcc == chosen


def test_another_size_than_asked_for_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "edge"):
        opened(StandIn([mode("YUYV", width=320, height=240, fps=25)]))
    assert "delivers YUYV 320x240 at 25 fps, the nearest it has to 384x64 at 30 fps" in caplog.text


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOENT, "/dev/video9 is not there; plug the camera in"),
        (errno.EACCES, "group video"),
        (errno.EBUSY, "is in use by another program"),
        (errno.ENOTTY, "is not a video device"),
        (errno.EPROTO, "cannot be used \\(Protocol error\\); replug"),
    ],
)
def test_a_device_that_cannot_be_opened(number: int, remedy: str) -> None:
    def open_device(_path: str) -> StandIn:
        raise fail(number)

    with pytest.raises(CameraError, match=remedy):
        V4L2Camera(NODE, SETTINGS, open_device)


def test_a_device_without_a_usable_format() -> None:
    for device in (StandIn([mode("H264")]), StandIn([])):
        with pytest.raises(CameraError, match=r"Stand-in Camera\) delivers neither YUYV nor MJPEG"):
            opened(device)
        assert device.closed


def test_a_device_that_is_no_camera() -> None:
    device = StandIn([mode("YUYV")])
    device.captures = False
    with pytest.raises(CameraError, match="does not capture video"):
        opened(device)
    assert device.closed


def test_a_device_that_breaks_while_it_is_set_up() -> None:
    class Busy(StandIn):
        def start(self) -> None:
            raise fail(errno.EBUSY)

    device = Busy([mode("YUYV")])
    with pytest.raises(CameraError, match="in use"):
        opened(device)
    assert device.closed

    class Gone(StandIn):
        def negotiate(self, wanted: Mode) -> Mode:
            assert wanted.width == 384
            raise fail(errno.ENODEV)

    with pytest.raises(CameraError, match="unplugged"):
        opened(Gone([mode("YUYV")]))


def test_unplugged() -> None:
    camera = opened(StandIn([mode("MJPG")], [captured(jpeg(patches()))], end=fail(errno.ENODEV)))
    assert camera.read() is not None
    with pytest.raises(CameraError, match="/dev/video9 was unplugged; plug the camera in again"):
        camera.read()
    camera.close()


def test_stalled() -> None:
    camera = opened(StandIn([mode("MJPG")]))
    with pytest.raises(CameraError, match="has delivered nothing for 3 s; check its cable"):
        camera.read()


def test_damaged_frames_are_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    whole = jpeg(patches())
    damaged = [
        captured(whole[: len(whole) // 2]),
        captured(b""),
        captured(b"\xff\xd8 no picture"),
        captured(whole, is_damaged=True),
        captured(jpeg(patches(128, 64))),
    ]
    camera = opened(StandIn([mode("MJPG")], [*damaged, captured(whole), damaged[0], captured(whole)]))
    assert [frame.number for frame in (camera.read(), camera.read()) if frame] == [0, 1]
    assert camera.broken_frames == 6
    assert caplog.text.count("damaged frame") == 1


def test_a_short_yuyv_frame_is_damaged() -> None:
    camera = opened(StandIn([mode("YUYV")], [captured(yuyv(patches())[:-1]), captured(yuyv(patches()))]))
    assert camera.read() is not None
    assert camera.broken_frames == 1


@pytest.mark.parametrize("behind", [b"", bytes(64), b"\xff\xd9" + bytes(64), b"\xff" * 3])
def test_a_frame_whose_pixels_are_all_there_is_used(behind: bytes) -> None:
    """Some cameras send no end marker, or pad."""
    whole = jpeg(patches())
    camera = opened(StandIn([mode("MJPG")], [captured(whole[:-2] + behind)] * (MAX_BROKEN_IN_A_ROW + 1)))
    for _ in range(MAX_BROKEN_IN_A_ROW + 1):
        frame = camera.read()
        assert frame is not None
        assert np.abs(frame.image[32, 32::64].astype(int) - np.array(PRIMARIES)).max() <= 8
    assert camera.broken_frames == 0


def test_a_frame_that_lost_its_middle_is_damaged() -> None:
    """A packet that was lost on the cable, but the end arrived."""
    whole = jpeg(patches())
    middle = (whole.index(b"\xff\xda") + len(whole)) // 2
    camera = opened(StandIn([mode("MJPG")], [captured(whole[:middle] + b"\xff\xd9"), captured(whole)]))
    assert camera.read() is not None
    assert camera.broken_frames == 1


def test_a_header_that_promises_what_does_not_follow() -> None:
    """A start, a size and an end, but nothing in between."""
    whole = jpeg(patches())
    hollow = whole[: whole.index(b"\xff\xc4")] + b"\xff\xd9"
    camera = opened(StandIn([mode("MJPG")], [captured(hollow), captured(whole)]))
    assert camera.read() is not None
    assert camera.broken_frames == 1


def test_nothing_but_damaged_frames() -> None:
    camera = opened(StandIn([mode("MJPG")], [captured(b"noise")] * MAX_BROKEN_IN_A_ROW))
    with pytest.raises(CameraError, match="15 damaged frames in a row; try another cable"):
        camera.read()


def test_the_drivers_time_is_taken_where_it_can_be_right() -> None:
    """Times that run backwards or ahead of the clock are not."""
    picture, now_ns = captured(jpeg(patches())), time.monotonic_ns()
    times = [now_ns - 2_000_000, now_ns - 1_000_000, now_ns - 1_500_000, now_ns + 60_000_000_000, None]
    camera = opened(StandIn([mode("MJPG")], [replace(picture, timestamp_ns=at) for at in times]))
    frames = [frame for frame in (camera.read() for _ in times) if frame]
    stamps = [frame.timestamp_ns for frame in frames]
    assert stamps[:2] == times[:2]
    assert stamps == sorted(set(stamps))
    assert now_ns < stamps[2] <= stamps[4] <= time.monotonic_ns()
    assert [frame.captured_ns for frame in frames] == stamps


def test_closing_wakes_a_reader_and_may_be_repeated() -> None:
    waiting, awake = threading.Event(), threading.Event()

    class Patient(StandIn):
        def wait(self, timeout_s: float) -> bool:
            waiting.set()
            return awake.wait(timeout_s) and False

        def wake(self) -> None:
            awake.set()

    device = Patient([mode("MJPG")])
    camera = opened(device)
    assert read_while_closed(camera, waiting) is None
    assert device.closed
    assert camera.read() is None
