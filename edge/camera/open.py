"""From the configuration to a camera."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from edge.camera.picamera import PicameraCamera
from edge.camera.stills import StillsCamera
from edge.camera.synthetic import SyntheticCamera
from edge.camera.turn import TurnedCamera, turn_of
from edge.camera.v4l2 import V4L2Camera, usb_cameras
from edge.camera.video import VideoCamera
from edge.errors import CameraError, ConfigError
from edge.scene.scene import Scene

if TYPE_CHECKING:
    from edge.camera.base import Camera
    from edge.config.settings import CameraSettings

log = logging.getLogger(__name__)

POSSIBLE = (
    "auto, picamera, v4l2:DEVICE, video:PATH (a video file), stills:DIR (a folder of pictures) or synthetic:SCENE (the "
    "built-in scene)"
)
SCENE_SEED = 1


def open_camera(settings: CameraSettings) -> TurnedCamera:
    """Open the camera that ``camera.source`` names, turned as the settings say.

    Raises:
        ConfigError: the source is not one of those known.
        CameraError: a live camera is absent, busy or not usable; opening it later may work.
        InputError: the file or folder cannot be used.
    """
    if settings.source == "auto":
        return _open_first(settings)
    if settings.source == "picamera":
        return _open_picamera(settings)
    return TurnedCamera(_open_named(settings), turn_of(settings))


def _open_picamera(settings: CameraSettings) -> TurnedCamera:
    camera = PicameraCamera(settings, turn_of(settings))
    return TurnedCamera(camera, turn_of(settings), camera.flipped)


def _open_named(settings: CameraSettings) -> Camera:
    kind, _, rest = settings.source.partition(":")
    if kind == "synthetic":
        scene = Scene(SCENE_SEED, rest or "tour", (settings.width, settings.height), settings.fps)
        return SyntheticCamera(scene, loop=settings.loop, realtime=settings.realtime)
    if kind not in {"v4l2", "video", "stills"}:
        raise ConfigError(f'camera.source = "{settings.source}" is not known; use {POSSIBLE}')
    if not rest:
        raise ConfigError(f'camera.source = "{settings.source}" names no path; use {POSSIBLE}')
    if kind == "v4l2":
        return V4L2Camera(rest, settings)
    path = Path(rest).expanduser()
    if kind == "video":
        return VideoCamera(path, loop=settings.loop, realtime=settings.realtime)
    return StillsCamera(path, loop=settings.loop, realtime=settings.realtime)


def _open_first(settings: CameraSettings) -> TurnedCamera:
    """The Raspberry Pi's camera, else the first USB camera that can be opened."""
    try:
        return _open_picamera(settings)
    except CameraError as error:
        found_nothing = [str(error)]
    for path in usb_cameras():
        try:
            camera = V4L2Camera(path, settings)
        except CameraError as error:
            found_nothing.append(str(error))
            continue
        log.info("camera.source = auto takes %s", camera.name)
        return TurnedCamera(camera, turn_of(settings))
    if len(found_nothing) == 1:
        found_nothing.append("no USB camera among /dev/video*")
    reasons = "; ".join(found_nothing)
    raise CameraError(f"camera.source = auto finds no camera ({reasons}); attach one, or play a file with video:PATH")
