"""V4L2 on a real kernel: vivid, its own test driver, in the virtual machine of `make test-system`."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.camera.settings import CameraSettings
from edge.camera.v4l2 import V4L2Camera, usb_cameras
from edge.camera.v4l2_device import Mode, V4L2Device
from edge.errors import CameraError
from tests.broker import Subscriber, wait_until
from tests.cli.processes import broker_settings, running
from tests.cli.toys import colour_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import Frame
    from tests.broker import Broker

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        os.environ.get("EDGE_SYSTEM_TEST") != "vm", reason="runs in the virtual machine that `make test-system` boots"
    ),
]

NODE = "/dev/video0"
DRIVER = Path("/sys/bus/platform/drivers/vivid")
# White, yellow, cyan, green, magenta, red, blue, black at three quarters, vivid's first pattern.
BARS = 190 * np.array([(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0)])


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """An emulated processor is slow."""
    monkeypatch.setattr("tests.broker.PATIENCE_S", 120.0)


def unplug() -> None:
    (DRIVER / "unbind").write_text("vivid.0")


def plug_in() -> None:
    (DRIVER / "bind").write_text("vivid.0")
    wait_until(Path(NODE).exists, f"{NODE} is there")


@pytest.fixture
def camera() -> Iterator[V4L2Camera]:
    camera = V4L2Camera(NODE, CameraSettings())
    yield camera
    camera.close()


def read(camera: V4L2Camera) -> Frame:
    frame = camera.read()
    assert frame is not None
    return frame


@pytest.mark.parametrize(("width", "height", "fps"), [(640, 480, 30), (1280, 720, 15)])
def test_pictures_of_the_size_and_colours_there_are(width: int, height: int, fps: int) -> None:
    camera = V4L2Camera(NODE, CameraSettings(width=width, height=height, fps=fps))
    frames = [read(camera) for _ in range(5)]
    camera.close()
    for frame in frames:
        assert frame.size == (height, width)
        seen = frame.image[height * 3 // 4, width // 16 :: width // 8].astype(int)
        np.testing.assert_allclose(seen, BARS, atol=5)


def test_the_nearest_mode_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "edge"):
        camera = V4L2Camera(NODE, CameraSettings(width=1000, height=700, fps=7))
    assert read(camera).size == (720, 1280)
    camera.close()
    assert "vivid and delivers YUYV 1280x720 at 10 fps, the nearest it has to 1000x700 at 7 fps" in caplog.text


def test_the_drivers_times_are_on_the_monotonic_clock() -> None:
    """Asked of the device: vivid stamps the end of a frame it delivers at its beginning, which a camera leaves out."""
    device = V4L2Device(NODE)
    device.negotiate(Mode("YUYV", 640, 480, 30))
    device.start()
    stamps: list[int] = []
    while len(stamps) < 5:
        assert device.wait(60)
        captured = device.newest()
        assert captured is not None
        assert captured.timestamp_ns is not None
        assert not captured.is_damaged
        stamps.append(captured.timestamp_ns)
        del captured
    device.close()
    assert stamps == sorted(set(stamps))
    assert abs(time.monotonic_ns() - stamps[-1]) < 60_000_000_000


def test_a_camera_is_not_shared(camera: V4L2Camera) -> None:
    with pytest.raises(CameraError, match="is in use by another program"):
        V4L2Camera(NODE, CameraSettings())
    assert read(camera).number == 0


def test_closing_wakes_a_reader(camera: V4L2Camera) -> None:
    frames: list[Frame | None] = []
    reader = threading.Thread(target=lambda: frames.extend(iter(camera.read, None)))
    reader.start()
    wait_until(lambda: len(frames) >= 3, "three frames")
    camera.close()
    reader.join(120)
    assert not reader.is_alive()


def test_vivid_is_no_usb_camera() -> None:
    assert usb_cameras() == []


def test_unplugged_and_plugged_in_again(camera: V4L2Camera) -> None:
    read(camera)
    unplug()
    with pytest.raises(CameraError, match="/dev/video0 was unplugged; plug the camera in again"):
        list(iter(camera.read, None))
    camera.close()
    with pytest.raises(CameraError, match="/dev/video0 is not there"):
        V4L2Camera(NODE, CameraSettings())
    plug_in()
    again = V4L2Camera(NODE, CameraSettings())
    assert read(again).number == 0
    again.close()


def test_messages_come_again_after_the_camera_was_unplugged(tmp_path: Path, broker: Broker) -> None:
    keys = [
        "device.id=test",
        f"camera.source=v4l2:{NODE}",
        "pose.enabled=false",
        "action.enabled=false",
        f"classification.model={colour_model(tmp_path)}",
        "health.stats_interval_s=0.5",
        *broker_settings(broker),
    ]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        subscriber.wait_for("test/classification", 3)
        subscriber.wait_for("/stats")
        unplug()
        wait_until(lambda: subscriber.seen("/stats")[-1].json()["camera"]["state"] == "retrying", "camera retrying")
        seen = len(subscriber.seen("test/classification"))
        plug_in()
        messages = subscriber.wait_for("test/classification", seen + 3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    numbers = [message.json()["frame"]["number"] for message in messages]
    assert numbers == sorted(set(numbers))
    assert "Traceback" not in (tmp_path / "log").read_text()
