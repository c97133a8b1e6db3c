"""The real picamera2 and libcamera on libcamera's virtual camera, up to messages at a real broker."""

from __future__ import annotations

import itertools
import os
import signal
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.camera.open import open_camera
from edge.camera.settings import CameraSettings
from edge.errors import CameraError
from tests.broker import PATIENCE_S, Subscriber
from tests.camera.stand_ins import open_files
from tests.cli.processes import broker_settings, running
from tests.cli.toys import colour_model
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame, ImageArray
    from tests.broker import Broker

pytestmark = pytest.mark.skipif(
    os.environ.get("EDGE_SYSTEM_TEST") != "root", reason="runs in the Debian root that `make test-system` builds"
)

# White, yellow, cyan, green, magenta, red, blue, black, as libcamera draws them.
BARS = np.array(list(itertools.product((255, 0), repeat=3)))[[0, 1, 4, 5, 2, 3, 6, 7]]
SETTINGS = CameraSettings(source="picamera")


def read(settings: CameraSettings, count: int) -> list[Frame]:
    camera = open_camera(settings)
    try:
        return [frame for frame in (camera.read() for _ in range(count)) if frame is not None]
    finally:
        camera.close()


def bar_of_each_column(row: ImageArray) -> list[int]:
    """Which bar each pixel of a row belongs to, the blurred edges between two bars left out."""
    distance = np.abs(row[:, None, :].astype(int) - BARS).max(axis=2)
    bars = distance.argmin(axis=1)
    return [int(bar) for bar, off in zip(bars, distance.min(axis=1), strict=True) if off <= 8]


@pytest.mark.parametrize(("width", "height"), [(640, 480), (322, 242)])
def test_colours_and_rows_are_right(width: int, height: int) -> None:
    """A stride that is not respected would shear the bars, wrong planes would give them other colours."""
    for frame in read(CameraSettings(source="picamera", width=width, height=height), 5):
        assert frame.size == (height, width)
        image = frame.rgb()
        assert np.abs(image.astype(int) - image[0]).max() <= 3
        columns = bar_of_each_column(image[0])
        assert len(columns) >= width - 8 * 4
        order = [bar for bar, _ in itertools.groupby(columns)]
        assert {(after - before) % 8 for before, after in itertools.pairwise(order)} == {1}
        for bar in range(8):
            assert abs(columns.count(bar) - width / 8) <= 4


def test_times_grow_and_lie_in_the_past() -> None:
    frames = read(SETTINGS, 20)
    now_ns = time.monotonic_ns()
    stamps = [frame.timestamp_ns for frame in frames]
    assert stamps == sorted(set(stamps))
    assert [frame.number for frame in frames] == list(range(20))
    assert all(now_ns - 10_000_000_000 < frame.captured_ns <= now_ns for frame in frames)


def test_frames_differ_and_stay_as_they_were() -> None:
    """More frames than there are buffers, so that every buffer has been used again."""
    frames = read(SETTINGS, 12)
    first = frames[0].image.copy()
    assert all(not np.array_equal(first, frame.image) for frame in frames[1:6])
    np.testing.assert_array_equal(frames[0].image, first)


def test_a_camera_can_be_opened_again_and_again() -> None:
    for _ in range(5):
        assert len(read(SETTINGS, 2)) == 2


def test_a_camera_is_not_shared() -> None:
    """And attempts to open it twice leave no file descriptor behind.

    A running libcamera opens a few for itself at times of its own, so the bound is less than one an attempt.
    """
    attempts = 20
    camera = open_camera(SETTINGS)
    before = open_files()
    for _ in range(attempts):
        with pytest.raises(CameraError, match="picamera cannot be opened"):
            open_camera(SETTINGS)
    assert open_files() < before + attempts
    assert camera.read() is not None
    camera.close()


def test_auto_finds_it_and_frames_reach_mqtt(tmp_path: Path, broker: Broker) -> None:
    keys = [
        "device.id=test",
        "camera.source=auto",
        "camera.rotate=90",
        "pose.enabled=false",
        "action.enabled=false",
        f"classification.model={colour_model(tmp_path)}",
        *broker_settings(broker),
    ]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        messages = [message.json() for message in subscriber.wait_for("test/classification", 10)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    for message in messages:
        check("classification", message)
        assert (message["frame"]["width"], message["frame"]["height"]) == (480, 640)
    numbers = [message["frame"]["number"] for message in messages]
    assert numbers == sorted(set(numbers))
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_without_a_camera_the_daemon_stays_up(tmp_path: Path, broker: Broker) -> None:
    keys = [
        "device.id=test",
        "camera.source=picamera",
        "pose.enabled=false",
        "action.enabled=false",
        f"classification.model={colour_model(tmp_path)}",
        "health.stats_interval_s=0.5",
        *broker_settings(broker),
    ]
    no_cameras = {**os.environ, "LIBCAMERA_PIPELINES_MATCH_LIST": "none"}
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", environment=no_cameras) as process,
    ):
        camera = subscriber.wait_for("/stats", 3)[-1].json()["camera"]
        assert process.poll() is None
    assert camera["state"] == "retrying"
    assert "libcamera finds no camera" in camera["error"]
