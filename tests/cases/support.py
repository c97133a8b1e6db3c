"""The files of the cases, what is read of a video, and ``edge infer`` as people type it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.camera.video import VideoCamera
from edge.cli.main import main

if TYPE_CHECKING:
    from edge.types import Frame

CASES = Path(__file__).parent
COLOURS = CASES / "10-softmax-not-last" / "softmax.tflite"


def read_video(path: Path) -> list[Frame]:
    """All frames of a video in RGB, played once, as fast as they are read."""
    camera = VideoCamera(path, loop=False, realtime=False)
    try:
        return [replace(frame, image=frame.rgb()) for frame in iter(camera.read, None) if frame]
    finally:
        camera.close()


def classify(*arguments: object, model: Path = COLOURS) -> int:
    """Classify with a toy model; the exit status."""
    return main(["infer", "classification", *map(str, arguments), "--model", str(model)])
