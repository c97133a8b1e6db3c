"""The section of the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.url import read_url
from edge.camera.source_key import ALLOWED, PATTERN, SOURCE, is_network_camera
from edge.config.conflict import Conflict
from edge.config.key import SECRET_FILE, key
from edge.types import Rotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """[camera]: where frames come from."""

    source: str = key(
        "auto",
        "auto (the camera that is attached), picamera (the Raspberry Pi's), v4l2:/dev/video0 (a USB camera),"
        " rtsp://USER@HOST/PATH, http://… or udp://… (a camera in the network), video:PATH (a file), stills:DIR (a"
        " folder of pictures) or synthetic:SCENE (the built-in scene).",
        pattern=PATTERN,
        allowed=ALLOWED,
        kind=SOURCE,
        live=False,
    )
    password_file: str = key(
        "",
        "File whose first line is the password of a camera in the network; its user stands in source.",
        kind=SECRET_FILE,
        live=False,
    )
    width: int = key(
        640,
        "Width asked of a live camera, in pixels before turning; it gives the nearest it has. One in the network is set"
        " by itself.",
        low=64,
        high=4096,
        live=False,
    )
    height: int = key(480, "Height asked of a live camera, in pixels before turning.", low=64, high=4096, live=False)
    fps: float = key(30.0, "Frames a second asked of a live camera.", low=1, high=240, live=False)
    rotate: Rotation = key(0, "Turn the picture clockwise by so many degrees.", choices=(0, 90, 180, 270), remote=True)
    hflip: bool = key(False, "Mirror the picture left to right, after turning.", remote=True)
    vflip: bool = key(False, "Mirror the picture top to bottom, after turning.", remote=True)
    loop: bool = key(False, "Start a file or the built-in scene again when it ends.", live=False)
    realtime: bool = key(
        True,
        "Play a file or the built-in scene at its own pace and drop late frames; false: as fast as possible, none"
        " dropped.",
        live=False,
    )


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """A password in a file belongs to a user in an address, and to no other password."""
    camera = settings[CameraSettings]
    if not camera.password_file:
        return
    path, other = "camera.password_file", "camera.source"
    if not is_network_camera(camera.source):
        yield Conflict(path, other, "does nothing for this camera.source; take this key out")
        return
    url = read_url(camera.source)
    if url.password is not None:
        yield Conflict(path, other, "gives a second password; take the one in camera.source out")
    elif not url.user:
        yield Conflict(path, other, "needs the user it is for; write camera.source as rtsp://USER@HOST/PATH")
