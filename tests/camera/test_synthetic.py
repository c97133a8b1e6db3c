from __future__ import annotations

import threading

import numpy as np
import pytest

from edge.camera.pace import Pacer
from edge.camera.synthetic import SyntheticCamera
from edge.scene.scene import Scene
from edge.types import NS_PER_S, Frame
from tests.camera.test_video import FakeTime

MS = 1_000_000


def scene(fps: float = 2.0) -> Scene:
    return Scene(1, "empty", (64, 48), fps)


def read(camera: SyntheticCamera, count: int) -> list[Frame]:
    return [frame for _, frame in zip(range(count), iter(camera.read, None), strict=False) if frame]


def test_it_plays_the_scene_once_at_its_rate() -> None:
    camera = SyntheticCamera(scene(), loop=False, realtime=False)
    frames = read(camera, 1000)
    assert camera.name == "synthetic:empty"
    assert len(frames) == camera.frame_count == 20
    assert camera.duration_s == 10.0
    assert [frame.number for frame in frames] == list(range(20))
    assert [frame.timestamp_ns for frame in frames] == [500 * MS * index for index in range(20)]
    assert {frame.segment for frame in frames} == {0}
    assert frames[0].image.shape == (48, 64, 3)
    assert camera.read() is None


def test_a_loop_goes_on_in_time_and_counts_its_turns() -> None:
    camera = SyntheticCamera(scene(), loop=True, realtime=False)
    frames = read(camera, 45)
    assert [frame.segment for frame in frames] == [index // 20 for index in range(45)]
    assert [frame.timestamp_ns for frame in frames] == [500 * MS * index for index in range(45)]
    np.testing.assert_array_equal(frames[1].image, frames[21].image)


def test_realtime_waits_until_each_frame_is_due() -> None:
    time = FakeTime()
    camera = SyntheticCamera(scene(fps=25.0), loop=False, realtime=True, pacer=time.pacer())
    frames = read(camera, 4)
    assert camera.live
    assert time.waits_s == pytest.approx([0.04] * 3)
    assert [frame.captured_ns - frames[0].captured_ns for frame in frames] == [0, 40 * MS, 80 * MS, 120 * MS]


def test_a_machine_too_slow_to_draw_misses_frames_not_time() -> None:
    time = FakeTime()
    camera = SyntheticCamera(scene(fps=25.0), loop=False, realtime=True, pacer=time.pacer())
    frames = read(camera, 2)
    time.now_ns += 130 * MS
    frames += read(camera, 2)
    time.now_ns += 60_000 * MS  # suspended: nothing is missed
    frames += read(camera, 1)
    assert [frame.number for frame in frames] == [0, 1, 4, 5, 6]
    assert [frame.timestamp_ns for frame in frames] == [40 * MS * frame.number for frame in frames]


def test_without_realtime_nobody_waits() -> None:
    time = FakeTime()
    camera = SyntheticCamera(scene(), loop=False, realtime=False, pacer=time.pacer())
    assert len(read(camera, 100)) == 20
    assert not camera.live
    assert time.waits_s == []


def test_the_truth_is_that_of_the_frame_read_last() -> None:
    camera = SyntheticCamera(Scene(1, "gym", (64, 48), 5.0), loop=False, realtime=False)
    before = camera.truth
    frames = read(camera, 3)
    after = camera.truth
    assert before is None
    assert after is not None
    assert after.time_s == frames[-1].timestamp_ns / NS_PER_S
    assert after.people[0].action == "jumping_jack"


def test_close_wakes_a_waiting_read() -> None:
    waiting = threading.Event()
    pacer = Pacer()

    class Camera(SyntheticCamera):
        def read(self) -> Frame | None:
            waiting.set()
            return super().read()

    camera = Camera(scene(fps=0.1), loop=True, realtime=True, pacer=pacer)
    camera.read()
    waiting.clear()
    answers: list[Frame | None] = []
    reader = threading.Thread(target=lambda: answers.append(camera.read()))
    reader.start()
    waiting.wait(10)
    camera.close()
    reader.join(timeout=30)
    assert answers == [None]
    assert camera.read() is None
    camera.close()
