"""The annotated video: what is in it, and that it never holds anybody up."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from edge.demo.gallery import Gallery
from edge.demo.scenario import Scenario
from edge.demo.video_recorder import VideoRecorder
from edge.errors import EdgeError
from tests.demo.samples import category, pose
from tests.support import make_frame

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray


def decoded(path: Path) -> list[tuple[float, ImageArray]]:
    """Time and RGB picture of each frame of a video."""
    with av.open(str(path)) as container:
        frames: Any = container.decode(video=0)
        return [(float(frame.time), frame.to_ndarray(format="rgb24")) for frame in frames]


def record(recorder: VideoRecorder, count: int, fps: float = 30.0) -> None:
    """Results of two tasks for each frame, at a pace that can be kept up with."""
    for number in range(count):
        frame = make_frame(number=number, time_s=number / fps)
        recorder.put(category("action", "wave", frame=frame))
        recorder.put(pose(frame, x=0.6))
        time.sleep(0.01)


def test_the_video_shows_skeleton_and_labels_at_half_the_camera_s_rate(tmp_path: Path) -> None:
    gallery = Gallery()
    with VideoRecorder(tmp_path / "demo.mp4", gallery, "pose") as recorder:
        record(recorder, 31)

    frames = decoded(tmp_path / "demo.mp4")
    assert len(frames) + recorder.dropped in {15, 16}
    assert len(frames) == recorder.frames
    assert frames[-1][0] == pytest.approx(1.0, abs=0.1)
    image = frames[-1][1].astype(int)
    assert np.ptp(image[100:400, 370:400]) > 100  # the skeleton, on a plain grey picture
    assert np.ptp(image[20:100, 20:200]) > 100  # the plate with the labels
    assert np.ptp(image[100:400, 500:]) < 20  # and nothing else
    assert [picture.drawn for picture in gallery.choose(2, Scenario("gym"))] == [("1 pose",)] * 2


def test_labels_that_no_longer_come_are_no_longer_drawn(tmp_path: Path) -> None:
    with VideoRecorder(tmp_path / "demo.mp4", Gallery(), "pose") as recorder:
        recorder.put(category("action", "wave", frame=make_frame(time_s=0.0)))
        for number in range(5):
            recorder.put(pose(make_frame(number=number, time_s=number / 2), x=0.6))
            time.sleep(0.05)

    plates = [np.ptp(image.astype(int)[20:100, 20:200]) for _, image in decoded(tmp_path / "demo.mp4")]
    assert len(plates) + recorder.dropped == 5
    assert plates[0] > 100
    assert plates[-1] < 20


def test_when_encoding_is_slow_the_oldest_waiting_frames_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = threading.Event()
    monkeypatch.setattr("edge.tasks.paint.ResultsPainter.paint", lambda *_: stuck.wait(20))
    with VideoRecorder(tmp_path / "demo.mp4", Gallery(), "pose") as recorder:
        began_s = time.monotonic()
        for number in range(40):
            recorder.put(pose(make_frame(number=number, time_s=number)))
        took_s = time.monotonic() - began_s
        stuck.set()

    assert took_s < 5  # nobody waited for the 20 s
    assert recorder.dropped >= 30
    assert recorder.dropped + recorder.frames == 40


def test_a_run_without_results_leaves_no_video(tmp_path: Path) -> None:
    with VideoRecorder(tmp_path / "demo.mp4", Gallery(), "pose") as recorder:
        pass
    assert recorder.frames == 0
    assert list(tmp_path.iterdir()) == []


def test_a_video_that_cannot_be_written_is_said_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "unplugged"
    folder.mkdir()
    recorder = VideoRecorder(folder / "demo.mp4", Gallery(), "pose")
    shutil.rmtree(folder)
    recorder.__enter__()
    for number in range(3):
        recorder.put(pose(make_frame(number=number, time_s=number)))
    with pytest.raises(EdgeError, match=r"demo.mp4 cannot be written: No such file or directory"):
        recorder.__exit__()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match=r"none/demo.mp4 cannot be written"):
        VideoRecorder(tmp_path / "none" / "demo.mp4", Gallery(), "pose")
