"""Opens the configured camera and reads one frame."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from edge.camera.open import open_camera
from edge.camera.settings import CameraSettings
from edge.doctor.probes.answer import answer
from edge.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def first_frame(request: Mapping[str, Any]) -> dict[str, Any]:
    """Size of the first frame, who delivers it and how long that took.

    Raises:
        EdgeError: there is none.
    """
    began_s = time.monotonic()
    camera = open_camera(CameraSettings(**request))
    try:
        frame = camera.read()
    finally:
        camera.close()
    if frame is None:
        raise InputError(f"{camera.name} ended before its first frame; give a source with pictures in it")
    height, width = frame.size
    return {"name": camera.name, "width": width, "height": height, "seconds": time.monotonic() - began_s}


if __name__ == "__main__":
    answer(first_frame)
