"""The camera that the configuration names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.camera.settings import CameraSettings
from edge.daemon.configured_camera import ConfiguredCamera
from tests.cli.toys import clip_file

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("source", "realtime", "live"),
    [
        ("video:clip.mp4", True, True),
        ("video:clip.mp4", False, False),
        ("stills:pictures", False, False),
        ("v4l2:/dev/video0", False, True),
        ("auto", False, True),
    ],
)
def test_only_files_may_be_read_without_dropping(source: str, *, realtime: bool, live: bool) -> None:
    assert ConfiguredCamera(CameraSettings(source=source, realtime=realtime)).live is live


def test_the_picture_is_turned_while_the_camera_is_open_and_stays_so(tmp_path: Path) -> None:
    settings = CameraSettings(source=f"video:{clip_file(tmp_path / 'clip.mp4', frames=3)}", realtime=False)
    source = ConfiguredCamera(settings)
    camera = source.open()
    before = camera.read()

    source.change(replace(settings, rotate=90))
    after, reopened = camera.read(), source.open().read()
    camera.close()

    assert before is not None
    assert after is not None
    assert reopened is not None
    assert (before.width, before.height) == (160, 120)
    assert (after.width, after.height) == (reopened.width, reopened.height) == (120, 160)
    assert after.segment > before.segment
