"""[camera]: what must hold between its keys."""

import pytest

from edge.camera.settings import CameraSettings, conflicts
from edge.config.sections import Settings


@pytest.mark.parametrize("source", ["auto", "rtsp://cam/1", "rtsp://u:hush@cam/1"])
def test_without_a_password_file_any_source_is_right(source: str) -> None:
    assert list(conflicts(Settings(CameraSettings(source=source)))) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("rtsp://u@cam/1", ""),
        ("http://u@cam/video", ""),
        ("auto", "does nothing"),
        ("synthetic:walk", "does nothing"),
        ("rtsp://cam/1", "needs the user"),
        ("rtsp://u:hush@cam/1", "gives a second password"),
        ("rtsp://u:@cam/1", "gives a second password"),
    ],
)
def test_a_password_file_needs_a_user_without_a_password(source: str, why: str) -> None:
    found = list(conflicts(Settings(CameraSettings(source=source, password_file="/etc/edge/camera"))))
    assert [(one.path, one.other) for one in found] == ([("camera.password_file", "camera.source")] if why else [])
    assert all(one.message.startswith(why) and "hush" not in one.message for one in found)
