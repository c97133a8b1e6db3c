"""The section of the monitor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from edge.config.key import key


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """[display]: the attached monitor."""

    backend: Literal["auto", "screen", "none"] = key(
        "auto",
        "auto: the service shows its picture on a monitor whenever one is attached, says nothing where none is, and"
        " leaves it to the desktop on a machine that boots to one; screen: a picture in the foreground too, and a"
        " missing monitor is told as trouble; none: no picture.",
        choices=("auto", "screen", "none"),
    )
    connector: str = key(
        "auto",
        "The output whose monitor is used, as HDMI-A-1; auto: the first that has one.",
        pattern="auto|[A-Za-z0-9-]{1,32}",
        allowed="auto, or the name of an output, as HDMI-A-1",
    )
    theme: Literal["camera", "skeleton", "silhouette"] = key(
        "camera",
        "camera: the camera's picture; skeleton: figures on plain ground; silhouette: the same, filled to people's"
        " outlines where pose.model knows them (BlazePose). With device.privacy = skeleton always skeleton.",
        choices=("camera", "skeleton", "silhouette"),
        remote=True,
    )
    mirror: bool = key(False, "Show the picture as in a mirror, for people who look at themselves.", remote=True)
    idle_s: float = key(
        600.0,
        "Seconds without a person after which the monitor is switched off, until somebody comes; 0: never. It stays on"
        " while no task counts people.",
        low=0,
        high=86400,
        remote=True,
    )
