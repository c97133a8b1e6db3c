from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.camera.open import open_camera
from edge.camera.orientation import Orientation
from edge.camera.settings import CameraSettings
from edge.camera.v4l2 import V4L2Camera
from edge.errors import CameraError, ConfigError, InputError
from tests.camera import stand_ins
from tests.camera.support import numbered, write_video
from tests.camera.test_stills import save
from tests.camera.test_v4l2 import StandIn, mode

if TYPE_CHECKING:
    from pathlib import Path

    from tests.camera.stand_ins import Hardware

AUTO = CameraSettings(width=384, height=64)


@pytest.fixture
def no_picamera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)


@pytest.fixture
def usb(monkeypatch: pytest.MonkeyPatch) -> dict[str, StandIn]:
    """The devices behind the nodes of USB cameras; empty, unless the test puts some there."""
    devices: dict[str, StandIn] = {}
    monkeypatch.setattr("edge.camera.v4l2.usb_cameras", lambda: list(devices))
    monkeypatch.setattr(
        "edge.camera.v4l2.V4L2Camera", lambda path, settings: V4L2Camera(path, settings, lambda at: devices[at])
    )
    return devices


def test_a_video_and_a_folder(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", numbered(2))
    save(tmp_path / "a.png")
    video = open_camera(CameraSettings(source=f"video:{tmp_path}/a.mp4", realtime=False))
    stills = open_camera(CameraSettings(source=f"stills:{tmp_path}"))
    assert (video.name, stills.name) == (f"video:{tmp_path}/a.mp4", f"stills:{tmp_path}")
    assert (video.live, stills.live) == (False, True)


def test_a_file_is_turned_as_a_camera_is(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", numbered(2))
    frame = open_camera(CameraSettings(source=f"video:{tmp_path}/a.mp4", rotate=90)).read()
    assert frame is not None
    assert (frame.width, frame.height) == (96, 160)


def test_the_built_in_scene() -> None:
    camera = open_camera(CameraSettings(source="synthetic:walk", width=96, height=64, fps=10.0, realtime=False))
    frames = [camera.read(), camera.read()]
    assert (camera.name, camera.live) == ("synthetic:walk", False)
    assert [frame and (frame.size, frame.timestamp_ns) for frame in frames] == [((64, 96), 0), ((64, 96), 100_000_000)]
    assert open_camera(CameraSettings(source="synthetic", width=96, height=64)).name == "synthetic:tour"


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_video(tmp_path / "a.mp4", numbered(2))
    assert open_camera(CameraSettings(source="video:~/a.mp4")).name == f"video:{tmp_path}/a.mp4"


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("webcam", ConfigError, 'camera.source = "webcam" must be auto, .* .did you mean "v4l2:/dev/video0"'),
        ("video:", ConfigError, "must be auto, picamera, v4l2:DEVICE"),
        ("synthetic:wlk", ConfigError, 'no scene "wlk" .did you mean "walk"'),
        ("/dev/video0", ConfigError, 'did you mean "v4l2:/dev/video0"'),
        ("video:rtsp://u:hush@cam/1", ConfigError, r'did you mean "rtsp://u:\*\*\*@cam/1"'),
        ("video:/nowhere/a.mp4", InputError, "does not exist"),
        ("v4l2:/nowhere/video0", CameraError, "/nowhere/video0 is not there; plug the camera in"),
        ("picamera", CameraError, "picamera2 is not installed"),
    ],
)
@pytest.mark.usefixtures("no_picamera")
def test_what_cannot_be_opened(source: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        open_camera(CameraSettings(source=source))


def test_a_camera_in_the_network_begins_to_open() -> None:
    camera = open_camera(CameraSettings(source="rtsp://u:hush@127.0.0.1:9/1", rotate=90))
    assert (camera.name, camera.live) == ("rtsp://u:***@127.0.0.1:9/1", True)
    with pytest.raises(CameraError, match=r"refuses the connection .port 9."):
        camera.read()
    camera.close()


def test_a_file_is_no_video_device(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.touch()
    with pytest.raises(CameraError, match="is not a video device; set"):
        open_camera(CameraSettings(source=f"v4l2:{node}"))


def test_the_sensor_flips_and_the_quarter_is_left_to_us(hardware: Hardware) -> None:
    camera = open_camera(replace(AUTO, source="picamera", rotate=90, vflip=True))
    assert camera.orientation == Orientation(hflip=True, vflip=False, quarter=True)
    assert hardware.configured["transform"] == stand_ins.Transform(hflip=1)
    frame = camera.read()
    assert frame is not None
    assert (frame.width, frame.height) == (64, 384)
    red = frame.rgb()[32, 32].astype(int)
    assert abs(red - (255, 0, 0)).max() <= 4


def test_auto_takes_the_pis_own_camera(hardware: Hardware, usb: dict[str, StandIn]) -> None:
    usb["/dev/video0"] = StandIn([mode("YUYV")])
    camera = open_camera(AUTO)
    assert camera.name == "picamera"
    assert not hardware.closed
    assert not usb["/dev/video0"].started


def test_auto_takes_the_first_usb_camera_that_can_be_opened(hardware: Hardware, usb: dict[str, StandIn]) -> None:
    hardware.is_absent = True
    usb["/dev/video0"], usb["/dev/video2"] = StandIn([mode("H264")]), StandIn([mode("YUYV")])
    assert open_camera(replace(AUTO, rotate=180)).name == "v4l2:/dev/video2"
    assert usb["/dev/video0"].closed


@pytest.mark.usefixtures("no_picamera")
def test_auto_names_what_it_has_looked_for(usb: dict[str, StandIn]) -> None:
    with pytest.raises(CameraError, match=r"auto finds no camera \(picamera: .*; no USB camera among /dev/video\*\)"):
        open_camera(CameraSettings())
    usb["/dev/video4"] = StandIn([mode("H264")])
    with pytest.raises(CameraError, match=r"/dev/video4 \(Stand-in Camera\) delivers neither .*video:PATH"):
        open_camera(CameraSettings())
