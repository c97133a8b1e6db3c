"""The files of the cases, and what is read of a video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge.camera.video import VideoCamera

if TYPE_CHECKING:
    from edge.types import Frame

CASES = Path(__file__).parent


def read_video(path: Path) -> list[Frame]:
    """All frames of a video, played once, as fast as they are read."""
    camera = VideoCamera(path, loop=False, realtime=False)
    try:
        return [frame for frame in iter(camera.read, None) if frame]
    finally:
        camera.close()
