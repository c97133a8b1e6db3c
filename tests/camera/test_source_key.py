"""What camera.source may be, and what is said of anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from edge.camera.settings import CameraSettings
from edge.camera.source_key import SCENES, meant_source
from edge.config.edit import set_value
from edge.config.load import load
from edge.errors import ConfigError
from edge.scene.catalog import scene_names
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path


def test_the_scenes_are_those_there_are() -> None:
    assert scene_names() == SCENES


def in_file(tmp_path: Path, source: str, more: str = "") -> str:
    """The source as the settings have it, given in a file."""
    file = tmp_path / "edge.toml"
    file.write_text(f"[camera]\nsource = '{source}'\n{more}")
    return load(SCHEMA, file).settings[CameraSettings].source


@pytest.mark.parametrize(
    "source",
    [
        "rtsp://cam/stream",
        "rtsp://admin:p%40ss:w@rd@192.168.1.9:8554/Streaming/Channels/101?a=b",
        "rtsps://[fe80::1]:322/live",
        "http://cam.local/mjpg/video.mjpg",
        "https://cam/live/index.m3u8",
        "udp://@239.0.0.1:1234",
        "udp://:5000",
        "tcp://cam:5000",
        "synthetic:gym",
    ],
)
def test_right_ones_stay_as_they_are(tmp_path: Path, source: str) -> None:
    assert in_file(tmp_path, source) == source


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("/dev/video0", "v4l2:/dev/video0"),
        ("0", "v4l2:/dev/video0"),
        ("video2", "v4l2:/dev/video2"),
        ("v4l2:0", "v4l2:/dev/video0"),
        ("v4l2:video1", "v4l2:/dev/video1"),
        ("/dev/v4l/by-id/usb-cam", "v4l2:/dev/v4l/by-id/usb-cam"),
        ("usb", "v4l2:/dev/video0"),
        ("Webcam", "v4l2:/dev/video0"),
        ("usb:1", "v4l2:/dev/video1"),
        ("libcamera", "picamera"),
        ("csi", "picamera"),
        ("picam", "picamera"),
        ("rpicam:0", "picamera"),
        ("Picamera", "picamera"),
        ("AUTO", "auto"),
        ("", "auto"),
        ("/srv/walk.mp4", "video:/srv/walk.mp4"),
        ("walk.MOV", "video:walk.MOV"),
        ("/srv/pictures", "stills:/srv/pictures"),
        ("/srv/a.jpg", "stills:/srv"),
        ("file:///srv/walk.mp4", "video:/srv/walk.mp4"),
        ("file:walk.mp4", "video:walk.mp4"),
        ("VIDEO:/srv/walk.mp4", "video:/srv/walk.mp4"),
        ("vidoe:/srv/walk.mp4", "video:/srv/walk.mp4"),
        ("images:/srv", "stills:/srv"),
        ("video:rtsp://cam/1", "rtsp://cam/1"),
        ("v4l2:RTSP://cam/1", "rtsp://cam/1"),
        ("video:file:///srv/walk.mp4", "video:/srv/walk.mp4"),
        ("RTSP://cam/1", "rtsp://cam/1"),
        ("rstp://cam/1", "rtsp://cam/1"),
        ("rtsp:/cam/1", "rtsp://cam/1"),
        ("192.168.1.9:554/live", "rtsp://192.168.1.9:554/live"),
        ("cam.local:8554/live", "rtsp://cam.local:8554/live"),
        ("rtsp//cam/1", "rtsp://cam/1"),
        ("http;//cam/1", "http://cam/1"),
        (r"rtsp:\\cam/1", "rtsp://cam/1"),
        ("admin:***@192.168.1.9:554/live", "rtsp://admin:***@192.168.1.9:554/live"),
        ("//admin:***@cam/live", "rtsp://admin:***@cam/live"),
        ("file:a@b.mp4", "video:a@b.mp4"),
        ("synthetic:", "synthetic"),
        ("walk", "synthetic:walk"),
    ],
)
def test_what_was_meant_is_said_with_the_line(tmp_path: Path, given: str, meant: str) -> None:
    with pytest.raises(ConfigError) as refused:
        in_file(tmp_path, given)
    (problem,) = refused.value.problems
    assert problem.where.endswith("edge.toml:2")
    assert f'(did you mean "{meant}"?)' in problem.message


def test_a_number_without_quotes_is_the_device_of_that_number(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text("[camera]\nsource = 1\n")
    with pytest.raises(ConfigError, match=re.escape('(did you mean "v4l2:/dev/video1"?)')):
        load(SCHEMA, file)


def test_what_lies_there_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "film").touch()
    monkeypatch.chdir(tmp_path)
    assert [meant_source(name) for name in ("films", "film", "x" * 5000)] == ["stills:films", "video:film", None]


@pytest.mark.parametrize("source", ["rtmp://cam/live", "srt://cam:9000", "what?", "video:", "stills:", "onvif://cam"])
def test_where_nothing_comes_to_mind_what_is_allowed_is_said(tmp_path: Path, source: str) -> None:
    with pytest.raises(ConfigError, match="must be auto, picamera, v4l2:DEVICE, rtsp://…") as refused:
        in_file(tmp_path, source)
    assert "did you mean" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("rtsp://cam:stream/1", "must be HOST or HOST:PORT"),
        ("rtsp://u:hush/hush@cam/1", "in a password write / as %2F"),
        ("rtsp://u:hush hush@cam/1", "write ' ' in it as %20"),
        ('rtsp://u:hush"hush@cam/1', "write '\"' in it as %22"),
        ("rtsp://u:hush@/1", "without a host"),
        ("synthetic:wlk", 'there is no scene "wlk" (did you mean "walk"?); the scenes are tour'),
        ("synthetic:hollywood", 'there is no scene "hollywood"; the scenes are tour, living-room, walk,'),
    ],
)
def test_what_fits_the_form_and_cannot_be_right(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)) as refused:
        in_file(tmp_path, source)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("v4l2:/dev/video0", "does nothing for this camera.source"),
        ("rtsp://cam/1", r"needs the user it is for; write camera.source as rtsp://USER@HOST"),
        ("rtsp://u:hush@cam/1", "gives a second password; take the one in camera.source out"),
    ],
)
def test_a_password_file_belongs_to_a_user_in_an_address(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        in_file(tmp_path, source, "password_file = 'cam'\n")
    assert "hush" not in str(refused.value)
    in_file(tmp_path, "rtsp://u@cam/1", "password_file = 'cam'\n")


@pytest.mark.parametrize(
    "text",
    [
        "camera.source=video:rtsp://u:hush@cam/1",
        "camera.source=RTSP://u:hush@cam/1",
        "camera.source=rtmp://u:hush@cam/1",
        "camera.source=rtsp://u:hush@cam:x/1",
        'camera.source=["rtsp://u:hush@cam/1"]',
        "camera.sorce=rtsp://u:hush@cam/1",
        "mqtt.port=rtsp://u:hush@cam/1",
        "rtsp://u:hush@cam/1",
        "camera.source=rtsp:/u:hush@cam/1",
        "camera.source=rtsp:u:hush@cam/1",
        "camera.source=rtsp//u:hush@cam/1",
        r"camera.source=rtsp:\\u:hush@cam/1",
        "camera.source=//u:hush@cam/1",
        "camera.source=u:hush@cam/1",
        "camera.source=admin:hush@cam",
        "camera.source=onvif:u:hush@cam",
        "rtsp:/u:hush@cam/1",
        "rtsp://u:a hush@cam/1",
    ],
)
def test_no_password_in_what_is_said_of_a_slip(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(SCHEMA, None, [text])
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("source", ["video:/srv/12:30@door.mp4", "stills:/srv/a:b@c", "v4l2:/dev/v4l/by-id/a:1@2"])
def test_a_path_is_shown_as_it_is(source: str) -> None:
    assert SCHEMA.shown_value_of(load(SCHEMA, None, [f"camera.source={source}"]).settings, "camera.source") == source


def test_an_address_as_it_is_shown_is_not_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    with pytest.raises(ConfigError, match=r"has \*\*\* in it, as passwords are shown; write the password itself"):
        set_value(SCHEMA, file, "camera.source", "rtsp://u:***@cam/1")
    assert not file.exists()


def test_what_is_shown_of_a_right_one() -> None:
    settings = load(SCHEMA, None, ["camera.source=rtsp://u:hush@cam/1?token=hush&channel=1"]).settings
    assert SCHEMA.shown_value_of(settings, "camera.source") == "rtsp://u:***@cam/1?token=***&channel=1"
    assert SCHEMA.shown_value_of(settings, "camera.width") == 640
