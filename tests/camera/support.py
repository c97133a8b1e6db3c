"""Pictures and video files made on the spot, and a camera that is closed while it is read."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.camera.camera import Camera
    from edge.types import Frame, ImageArray

PRIMARIES = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128))


def patches(width: int = 384, height: int = 64) -> ImageArray:
    """Red, green, blue, white, black and grey side by side: ``(height, width, 3) uint8`` RGB."""
    columns = np.arange(width) * len(PRIMARIES) // width
    row = np.array(PRIMARIES, np.uint8)[columns]
    return np.ascontiguousarray(np.broadcast_to(row, (height, width, 3)))


def numbered(count: int, width: int = 160, height: int = 96) -> list[ImageArray]:
    """Grey pictures, each a step brighter than the one before."""
    return [np.full((height, width, 3), 20 + 200 * index // max(1, count - 1), np.uint8) for index in range(count)]


def read_while_closed(camera: Camera, waiting: threading.Event) -> Frame | None:
    """What a thread gets that has come to ``waiting`` for a frame when another closes the camera, twice."""
    seen: list[Frame | None] = []
    reader = threading.Thread(target=lambda: seen.append(camera.read()))
    reader.start()
    assert waiting.wait(10)
    camera.close()
    camera.close()
    reader.join(10)
    (frame,) = seen
    return frame


def write_video(
    path: Path,
    images: Sequence[ImageArray],
    times_ms: Sequence[int] | None = None,
    *,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    conversion: dict[str, Any] | None = None,
    options: dict[str, str] | None = None,
    rate: Fraction | int = 25,
) -> Path:
    """Write a video whose frames stand at ``times_ms`` (default 25 a second)."""
    times = times_ms if times_ms is not None else range(0, 40 * len(images), 40)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, options=options or {})
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = pixel_format
        stream.codec_context.time_base = Fraction(1, 1000 if codec != "gif" else 100)
        for image, time_ms in zip(images, times, strict=True):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame = frame.reformat(format=pixel_format, **(conversion or {}))
            frame.time_base = stream.codec_context.time_base
            frame.pts = round(Fraction(time_ms, 1000) / frame.time_base)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Write a file with an audio stream only."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
