"""Cameras that fail and come back."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from edge.base.backoff import Backoff
from edge.base.heartbeat import Heartbeat
from edge.daemon.camera_loop import CameraLoop
from edge.errors import CameraError, InputError
from tests.broker import wait_until
from tests.camera.fake import FakeCamera
from tests.daemon.sources import OpenBy
from tests.support import make_frame

if TYPE_CHECKING:
    from edge.types import Frame


class Flaky(FakeCamera):
    """Delivers some frames and then fails."""

    def __init__(self, frames: int) -> None:
        super().__init__(width=8, height=8, live=True)
        self._left = frames

    def read(self) -> Frame | None:
        if self._left == 0:
            raise CameraError("/dev/video0 was unplugged")
        self._left -= 1
        return super().read()


def at_once() -> Backoff:
    return Backoff(first_s=0.0, longest_s=0.0)


def steady(frames: int) -> FakeCamera:
    return FakeCamera(width=8, height=8, count=frames, live=True)


def source(cameras: list[FakeCamera | Exception]) -> OpenBy:
    """Opens one after the other; an exception is an attempt that fails."""
    waiting = iter(cameras)

    def open_next() -> FakeCamera:
        camera = next(waiting)
        if isinstance(camera, Exception):
            raise camera
        return camera

    return OpenBy("v4l2:/dev/video0", live=True, open=open_next)


def test_a_camera_that_comes_back_goes_on_counting() -> None:
    frames: list[Frame] = []
    first, second = Flaky(3), steady(2)
    loop = CameraLoop(source([first, CameraError("no such device"), second]), frames.append, backoff=at_once())

    loop.run()

    assert [frame.number for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.segment for frame in frames] == [0, 0, 0, 1, 1]
    assert first.closed
    assert second.closed
    stats = loop.stats()
    assert (stats.state, stats.frames, stats.error) == ("ended", 5, None)


def test_an_absent_camera_is_reported_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts: list[FakeCamera | Exception] = [CameraError("no camera found") for _ in range(5)]
    with caplog.at_level(logging.INFO, logger="edge"):
        CameraLoop(source([*attempts, steady(1)]), lambda _frame: None, backoff=at_once()).run()

    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["no camera found; trying again", "the camera delivers again"]


def test_while_it_is_away_the_state_says_why() -> None:
    def absent() -> FakeCamera:
        raise CameraError("no camera found")

    loop = CameraLoop(OpenBy("auto", live=True, open=absent), lambda _frame: None, backoff=Backoff(60.0, 60.0))
    thread = threading.Thread(target=loop.run)
    thread.start()
    wait_until(lambda: loop.stats().state == "retrying", "the camera is being retried")
    error = loop.stats().error

    loop.stop()
    thread.join(10)

    assert error == "no camera found"
    assert not thread.is_alive()
    assert loop.stats().state == "ended"


def test_a_broken_file_is_not_tried_again() -> None:
    loop = CameraLoop(source([InputError("clip.mp4 is not a video")]), lambda _frame: None, backoff=at_once())

    with pytest.raises(InputError):
        loop.run()


def test_enough_frames_are_enough() -> None:
    frames: list[Frame] = []
    CameraLoop(source([steady(100)]), frames.append, max_frames=3).run()

    assert len(frames) == 3


def test_time_only_goes_forward_within_a_segment() -> None:
    times_s = [0.0, 0.1, 0.1, 0.05, 0.2]
    moments = iter([make_frame(number=i, time_s=time_s) for i, time_s in enumerate(times_s)])

    class Stuttering(FakeCamera):
        def read(self) -> Frame | None:
            return next(moments, None)

    frames: list[Frame] = []
    CameraLoop(source([Stuttering()]), frames.append).run()

    assert [frame.timestamp_ns for frame in frames] == [0, 100_000_000, 200_000_000]


def test_a_camera_that_fails_again_and_again_is_given_ever_more_time() -> None:
    waits_s: list[float] = []

    class Noted(Backoff):
        def next_s(self, held_s: float = 0.0) -> float:
            waits_s.append(super().next_s(held_s))
            return 0.0

    cameras: list[FakeCamera | Exception] = [Flaky(2) for _ in range(5)]
    CameraLoop(source([*cameras, steady(1)]), lambda _frame: None, backoff=Noted(1.0, 30.0, lambda: 1.0)).run()
    assert waits_s == [1.0, 2.0, 4.0, 8.0, 16.0]


@pytest.mark.parametrize(("paced", "limits_s"), [(False, [60.0, 0.0]), (True, [60.0, 300.0])])
def test_opening_and_a_slow_file_may_take_long_but_not_for_ever(paced: bool, limits_s: list[float]) -> None:
    given_s: list[float] = []

    class Noted(Heartbeat):
        def work(self, at_least_s: float = 0.0) -> None:
            given_s.append(at_least_s)

    opened = OpenBy("x", live=True, open=lambda: steady(1), paced=paced)
    CameraLoop(opened, lambda _frame: None, max_frames=1, heartbeat=Noted("camera")).run()
    assert given_s == limits_s
