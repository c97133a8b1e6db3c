"""The way of the data with cameras, processors and sinks that tests can predict."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.base.heartbeat import Heartbeat
from edge.daemon.pipeline import Pipeline, Worker
from edge.errors import InputError, ModelError, ModelOutputError
from edge.tasks.common.ahead import Upcoming
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.pose.result import PoseResult
from tests.camera.fake import FakeCamera
from tests.daemon.sources import OpenBy
from tests.support import make_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.types import Frame, Result, TaskName


ECHO = ChosenModel("echo", Path("echo.tflite"))


@dataclass
class Recorder:
    """A sink that remembers."""

    results: list[Result] = field(default_factory=list)

    def put(self, result: Result) -> None:
        self.results.append(result)

    def numbers(self) -> list[int]:
        return [result.frame.number for result in self.results]


@dataclass
class Echo:
    """A processor that answers every frame ``wanted`` says, with nobody in it."""

    task: TaskName = "pose"
    model: ChosenModel = ECHO
    wanted: Callable[[Frame], bool] = lambda _frame: True

    def restart(self) -> None:
        pass

    def process(self, frame: Frame) -> Result | None:
        if not self.wanted(frame):
            return None
        return PoseResult(frame=frame, model=self.model.name, backend="cpu", inference_ms=1.0, people=())


def source(camera: FakeCamera) -> OpenBy:
    return OpenBy(camera.name, camera.live, lambda: camera)


def small_camera(count: int | None, *, live: bool = False) -> FakeCamera:
    return FakeCamera(width=16, height=16, count=count, live=live)


def test_every_frame_of_a_file_becomes_a_result_in_order() -> None:
    sink = Recorder()
    pipeline = Pipeline(source(small_camera(50)), [Echo()], [sink])

    pipeline.start()
    pipeline.join()

    assert sink.numbers() == list(range(50))
    assert pipeline.camera_stats().state == "ended"
    stats = pipeline.task_stats()["pose"]
    assert (stats.frames, stats.results, stats.dropped) == (50, 50, 0)


def test_each_task_gets_every_frame_and_each_sink_every_result() -> None:
    sinks = [Recorder(), Recorder()]
    pipeline = Pipeline(source(small_camera(20)), [Echo("pose"), Echo("action")], sinks)

    pipeline.start()
    pipeline.join()

    assert [sorted(sink.numbers()) for sink in sinks] == [sorted([*range(20), *range(20)])] * 2


def test_a_frame_that_is_not_due_makes_no_result() -> None:
    sink = Recorder()
    pipeline = Pipeline(source(small_camera(10)), [Echo(wanted=lambda frame: frame.number % 5 == 0)], [sink])

    pipeline.start()
    pipeline.join()

    assert sink.numbers() == [0, 5]


class Given:
    """An inbox with frames that are there already; ``before`` is called with the number of each."""

    received = dropped = 0

    def __init__(self, frames: list[Frame], before: Callable[[int], None]) -> None:
        self._frames, self._before = iter(frames), before

    def get(self) -> Frame | None:
        frame = next(self._frames, None)
        if frame is not None:
            self._before(frame.number)
        return frame

    def put(self, frame: Frame) -> None:
        raise AssertionError(frame)

    def close(self) -> None:
        pass


def test_a_bound_leaves_frames_out_and_the_next_one_is_looked_at_where_it_changes() -> None:
    sink, frames = Recorder(), [make_frame(number=number, time_s=number / 30) for number in range(60)]

    def change(number: int) -> None:
        if number in {10, 40}:
            worker.limit(10.0 if number == 10 else None)

    worker = Worker(Echo(), Given(frames, change), [sink], Heartbeat("pose"))
    worker.run()

    assert sink.numbers() == [*range(10), *range(10, 40, 3), *range(40, 60)]
    assert worker.turns == 60


def test_a_live_source_never_waits_for_a_slow_task() -> None:
    """The task holds its first frame until the camera has ended; of the others it gets the newest only."""
    ended, sink, camera = threading.Event(), Recorder(), small_camera(30, live=True)

    def wait_for_the_end(_frame: Frame) -> bool:
        return ended.wait(20)

    pipeline = Pipeline(source(camera), [Echo(wanted=wait_for_the_end)], [sink])
    pipeline.start()
    while not camera.closed:
        time.sleep(0.001)
    ended.set()
    pipeline.join()

    assert sink.numbers()[-1] == 29
    stats = pipeline.task_stats()["pose"]
    assert stats.results + stats.dropped == stats.frames == 30
    assert stats.results <= 2


def test_a_number_of_frames_is_enough() -> None:
    sink = Recorder()
    pipeline = Pipeline(source(small_camera(None)), [Echo()], [sink], max_frames=7)

    pipeline.start()
    pipeline.join()

    assert sink.numbers() == list(range(7))


def test_stopping_ends_an_endless_source_and_says_so_once() -> None:
    ends: list[str] = []
    camera = small_camera(None)
    running = threading.Event()
    pipeline = Pipeline(
        source(camera),
        [Echo()],
        [Recorder()],
        on_frame=lambda _frame: running.set(),
        on_end=lambda: ends.append("end"),
    )
    pipeline.start()
    assert running.wait(10)

    pipeline.stop()
    pipeline.join()

    assert camera.closed
    assert ends == ["end"]


@dataclass
class Curious(Echo):
    """Notes of each frame which one it was told comes next."""

    upcoming: Upcoming = field(default_factory=Upcoming)
    told: list[tuple[int, int | None]] = field(default_factory=list)

    def process(self, frame: Frame) -> Result | None:
        following = self.upcoming.frame
        self.told.append((frame.number, following.number if following else None))
        return super().process(frame)


def test_of_a_film_each_frame_but_the_last_knows_the_next() -> None:
    one = Curious()
    pipeline = Pipeline(source(small_camera(50)), [one], [Recorder()], upcoming={"pose": one.upcoming})
    pipeline.start()
    pipeline.join()

    assert one.told == [*((number, number + 1) for number in range(49)), (49, None)]


def test_no_frame_of_a_camera_waits_for_the_next() -> None:
    one = Curious()
    pipeline = Pipeline(source(small_camera(5, live=True)), [one], [Recorder()], upcoming={"pose": one.upcoming})
    pipeline.start()
    pipeline.join()

    assert one.told
    assert {following for _, following in one.told} == {None}


def test_a_model_that_fails_ends_everything_and_is_raised() -> None:
    def fail(frame: Frame) -> bool:
        if frame.number == 3:
            raise ModelError("pose.tflite: the model failed while running")
        return True

    ends: list[str] = []
    camera = small_camera(None)
    pipeline = Pipeline(
        source(camera), [Echo(wanted=fail), Echo("action")], [Recorder()], on_end=lambda: ends.append("end")
    )
    pipeline.start()

    with pytest.raises(ModelError, match="failed while running"):
        pipeline.join()
    assert camera.closed
    assert ends == ["end"]


def test_an_answer_that_is_no_number_is_reported_and_the_next_frame_tried() -> None:
    sink = Recorder()
    bad = {3, 4, 9}

    def wanted(frame: Frame) -> bool:
        if frame.number in bad:
            raise ModelOutputError("echo.tflite: the model's answer is not a number")
        return True

    pipeline = Pipeline(source(small_camera(10)), [Echo(wanted=wanted)], [sink])
    assert pipeline.task_troubles() == {}
    pipeline.start()
    pipeline.join()

    assert sink.numbers() == [0, 1, 2, 5, 6, 7, 8]
    assert pipeline.task_troubles() == {"pose": "echo.tflite: the model's answer is not a number"}
    assert pipeline.task_stats()["pose"].error == "echo.tflite: the model's answer is not a number"


def test_a_file_that_is_none_ends_everything_and_is_raised() -> None:
    def open_nothing() -> FakeCamera:
        raise InputError("clip.mp4 is not a video")

    pipeline = Pipeline(OpenBy("video:clip.mp4", live=False, open=open_nothing), [Echo()], [Recorder()])
    pipeline.start()

    with pytest.raises(InputError, match="not a video"):
        pipeline.join()


def test_changes_are_made_by_the_worker_between_two_frames() -> None:
    sink, echo, made_by = Recorder(), Echo(), []
    pipeline = Pipeline(source(small_camera(3)), [echo], [sink])

    def change() -> None:
        made_by.append(threading.current_thread().name)
        echo.model = replace(ECHO, name="changed")

    pipeline.workers[0].between_frames(change)
    pipeline.start()
    pipeline.join()

    assert made_by == ["pose"]
    assert {result.model for result in sink.results} == {"changed"}


def test_a_task_that_rests_looks_at_no_frame_and_says_so() -> None:
    recorder = Recorder()
    pipeline = Pipeline(
        source(FakeCamera(width=16, height=16, count=6, live=False)), [Echo(), Echo(task="action")], [recorder]
    )
    pipeline.workers[0].paused = True
    pipeline.start()
    pipeline.join()
    stats = pipeline.task_stats()
    assert (stats["pose"].results, stats["pose"].frames, stats["pose"].paused) == (0, 6, True)
    assert (stats["action"].results, stats["action"].paused) == (6, False)
