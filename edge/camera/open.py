"""From the configuration to a camera."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.loading import load
from edge.camera.orientation import OrientedCamera, orientation_of
from edge.camera.settings import CameraSettings
from edge.camera.source_key import is_network_camera
from edge.config.schema import keys_of
from edge.config.values import checked
from edge.config.words import shown
from edge.errors import CameraError, ConfigError

if TYPE_CHECKING:
    from edge.camera.camera import Camera

log = logging.getLogger(__name__)

SCENE_SEED = 1

_MODULES = {
    "auto": ("edge.camera.picamera", "edge.camera.v4l2"),
    "picamera": ("edge.camera.picamera",),
    "v4l2": ("edge.camera.v4l2",),
    "video": ("edge.camera.video",),
    "stills": ("edge.camera.stills",),
    "synthetic": ("edge.camera.synthetic", "edge.scene.scene"),
    "network": ("edge.camera.network",),
}
"""What each kind of source needs, imported for it alone: FFmpeg and the scene each take a tenth of a start."""


def load_camera(source: str) -> None:
    """Import what opening a valid ``source`` takes, so that a package that is missing is told before a camera opens.

    Raises:
        PackageError: a package is missing or broken.
    """
    for module in _MODULES[_kind_of(source)]:
        load(module)


def _kind_of(source: str) -> str:
    return "network" if is_network_camera(source) else source.partition(":")[0]


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
    from edge.camera.picamera import PicameraCamera  # noqa: PLC0415  # as all of _MODULES

    camera = PicameraCamera(settings, orientation_of(settings))
    return OrientedCamera(camera, orientation_of(settings), camera.flipped)


def _open_named(settings: CameraSettings) -> Camera:
    kind, rest = _kind_of(settings.source), settings.source.partition(":")[2]
    if kind == "network":
        from edge.camera.network import NetworkCamera  # noqa: PLC0415

        return NetworkCamera(settings)
    if kind == "synthetic":
        from edge.camera.synthetic import SyntheticCamera  # noqa: PLC0415
        from edge.scene.scene import Scene  # noqa: PLC0415

        scene = Scene(SCENE_SEED, rest or "tour", (settings.width, settings.height), settings.fps)
        return SyntheticCamera(scene, loop=settings.loop, realtime=settings.realtime)
    if kind == "v4l2":
        from edge.camera.v4l2 import V4L2Camera  # noqa: PLC0415

        return V4L2Camera(rest, settings)
    return _open_file(kind, Path(rest).expanduser(), settings)


def _open_file(kind: str, path: Path, settings: CameraSettings) -> Camera:
    if kind == "video":
        from edge.camera.video import VideoCamera  # noqa: PLC0415

        return VideoCamera(path, loop=settings.loop, realtime=settings.realtime)
    from edge.camera.stills import StillsCamera  # noqa: PLC0415

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
    from edge.camera.v4l2 import V4L2Camera, usb_cameras  # noqa: PLC0415

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
