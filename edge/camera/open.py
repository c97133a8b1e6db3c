"""From the configuration to a camera."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from edge.camera.network import NetworkCamera
from edge.camera.orientation import OrientedCamera, orientation_of
from edge.camera.picamera import PicameraCamera
from edge.camera.settings import CameraSettings
from edge.camera.source_key import is_network_camera
from edge.camera.stills import StillsCamera
from edge.camera.synthetic import SyntheticCamera
from edge.camera.v4l2 import V4L2Camera, usb_cameras
from edge.camera.video import VideoCamera
from edge.config.schema import keys_of
from edge.config.values import checked
from edge.config.words import shown
from edge.errors import CameraError, ConfigError
from edge.scene.scene import Scene

if TYPE_CHECKING:
    from edge.camera.camera import Camera

log = logging.getLogger(__name__)

SCENE_SEED = 1


def open_camera(settings: CameraSettings) -> OrientedCamera:
    """Open the camera that ``camera.source`` names, turned as the settings say.

    Raises:
        ConfigError: the source is not one of those known.
        CameraError: a live camera is absent, busy or not usable; opening it later may work.
        InputError: the file or folder cannot be used.
    """
    _check(settings.source)
    if settings.source == "auto":
        return _open_first(settings)
    if settings.source == "picamera":
        return _open_picamera(settings)
    return OrientedCamera(_open_named(settings), orientation_of(settings))


def _open_picamera(settings: CameraSettings) -> OrientedCamera:
    camera = PicameraCamera(settings, orientation_of(settings))
    return OrientedCamera(camera, orientation_of(settings), camera.flipped)


def _open_named(settings: CameraSettings) -> Camera:
    if is_network_camera(settings.source):
        return NetworkCamera(settings)
    kind, _, rest = settings.source.partition(":")
    if kind == "synthetic":
        scene = Scene(SCENE_SEED, rest or "tour", (settings.width, settings.height), settings.fps)
        return SyntheticCamera(scene, loop=settings.loop, realtime=settings.realtime)
    if kind == "v4l2":
        return V4L2Camera(rest, settings)
    path = Path(rest).expanduser()
    if kind == "video":
        return VideoCamera(path, loop=settings.loop, realtime=settings.realtime)
    return StillsCamera(path, loop=settings.loop, realtime=settings.realtime)


def _check(source: str) -> None:
    """Refuse what the configuration would refuse; whoever uses Edge from Python may have written it."""
    key = keys_of("camera", CameraSettings)["source"]
    try:
        checked(key, source)
    except ValueError as error:
        raise ConfigError(f"camera.source = {shown(key, source)} {error}") from None


def _open_first(settings: CameraSettings) -> OrientedCamera:
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
        return OrientedCamera(camera, orientation_of(settings))
    if len(found_nothing) == 1:
        found_nothing.append("no USB camera among /dev/video*")
    reasons = "; ".join(found_nothing)
    raise CameraError(f"camera.source = auto finds no camera ({reasons}); attach one, or play a file with video:PATH")
