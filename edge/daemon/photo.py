"""One picture from the camera, without a service: as it would be sent, so that ``device.privacy`` holds."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

from edge.camera.open import open_camera
from edge.camera.settings import CameraSettings
from edge.daemon.build import build_alone
from edge.daemon.requests.snapshot import LatestFrame, packed
from edge.errors import CameraError, ConfigError
from edge.settings import DeviceSettings
from edge.tasks.registry import tasks
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from edge.camera.camera import Camera
    from edge.config.sections import Settings
    from edge.daemon.requests.snapshot import Snapshot
    from edge.types import Frame, TaskName

_SETTLING_S = 1.0
"""What a camera's automatic exposure and white balance take."""


def take_photo(settings: Settings) -> Snapshot:
    """What the configured camera sees; with ``device.privacy = "skeleton"`` only people's keypoints, on black.

    Raises:
        EdgeError: the camera or the file cannot be used, or, for keypoints, the model.
    """
    if not settings[DeviceSettings].only_skeletons:
        return packed(_frame(settings).rgb())
    processor = build_alone(_skeleton_task(), settings, still=True)
    frame = _frame(settings)
    latest_frame = LatestFrame()
    result = processor.process(frame)
    if result is None:
        raise CameraError(f"{settings[CameraSettings].source}: no result came of the picture; try again")
    latest_frame.put(result)
    return latest_frame.take(frame.captured_ns, only_skeletons=True)


def _skeleton_task() -> TaskName:
    for name, one in tasks().items():
        if one.shows_people:
            return name
    raise ConfigError("device.privacy = skeleton lets no picture leave, and no task draws people without one")


def _frame(settings: Settings) -> Frame:
    with closing(open_camera(settings[CameraSettings])) as camera:
        return _settled(camera)


def _settled(camera: Camera) -> Frame:
    """The frame of a live camera that has got used to the light, or its last; the first of a file."""
    until_ns = time.monotonic_ns() + int(_SETTLING_S * NS_PER_S) if camera.live else 0
    newest = None
    while (frame := camera.read()) is not None:
        newest = frame
        if frame.captured_ns >= until_ns:
            break
    if newest is None:
        raise CameraError(f"{camera.name} has ended before there was a picture")
    return newest
