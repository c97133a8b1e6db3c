"""Writing an annotated video that plays everywhere, browsers included."""

from __future__ import annotations

import logging
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import av
import cv2
import numpy as np
from av.error import FFmpegError

from edge.base.atomic_file import put_in_place
from edge.base.safe_file import in_folder
from edge.errors import ConfigError, EdgeError
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from edge.types import ImageArray

log = logging.getLogger(__name__)

SUFFIXES = (".mp4", ".mov", ".mkv")
# Divides evenly by every common frame rate, NTSC ones included, and is below MPEG-4's limit of 65535.
TICKS_PER_S = 60_000
NOMINAL_RATE = 30
PIXEL_FORMAT = "yuv420p"
# swscale's own matrix and range, written into the file so that players need not guess.
COLOR_OPTIONS = {
    "colorspace": "smpte170m",
    "color_primaries": "smpte170m",
    "color_trc": "smpte170m",
    "color_range": "tv",
}
H264_OPTIONS = {"crf": "20", "preset": "veryfast"}
# A constant quality of 3, in FFmpeg's units of 118.
MPEG4_OPTIONS = {"flags": "+qscale", "global_quality": "354"}


class VideoWriter:
    """Writes frames with their own media times, as H.264 (libx264) or, where FFmpeg lacks it, MPEG-4.

    Use it as a context manager. The size is that of the first image, cut to even numbers; later images of another size
    are fitted into it, in their own shape, with black margins. The file appears under its name when the writer closes,
    also after an error, with all frames written until then.

    Raises:
        ConfigError: the suffix is none of .mp4, .mov and .mkv.
        EdgeError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in SUFFIXES:
            raise ConfigError(f"{path}: videos are written as MP4; end the name in {' or '.join(SUFFIXES)}")
        self.path = path
        self.frame_count = 0
        self._partial = path.with_name(f".partial.{path.name}")
        self._last_tick = -1
        self._start_ns: int | None = None
        self._stream: Any = None
        self._closed = False
        self._told_fitted = False
        try:
            # FFmpeg opens the file with the first frame; a wrong folder shall be known now.
            self._partial.touch()
            self._container = av.open(f"file:{self._partial}", "w", options={"movflags": "+faststart"})
        except (FFmpegError, OSError) as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, image: ImageArray, timestamp_ns: int) -> None:
        """Add a frame; times are relative to the first and must grow, else the frame stands right after the last.

        Args:
            image: ``(height, width, 3) uint8`` RGB.
            timestamp_ns: media time.

        Raises:
            EdgeError: the disk is full.
        """
        if self._stream is None:
            self._stream = self._add_stream(image)
            self._start_ns = timestamp_ns
        height, width = self._stream.height, self._stream.width
        if not _has_size(image, height, width):
            self._tell_fitted(image, timestamp_ns)
            image = _fitted(image, height, width)
        pixels = image[:height, :width].copy()
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=PIXEL_FORMAT)
        frame.pts = self._tick_of(timestamp_ns)
        frame.time_base = Fraction(1, TICKS_PER_S)
        self._encode(frame)
        self.frame_count += 1

    def close(self) -> None:
        """Finish the file and give it its name; without a frame no file is left. Safe to call twice.

        Raises:
            EdgeError: the end of the file cannot be written.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if self._stream is not None:
                self._encode(None)
            self._container.close()
            if self._stream is not None:
                with in_folder(self.path) as target, self._partial.open("rb") as content:
                    put_in_place(target.beside(self._partial.name), content, target)
        except (FFmpegError, OSError) as error:
            raise self._failure(error) from error
        finally:
            self._partial.unlink(missing_ok=True)

    def _add_stream(self, image: ImageArray) -> Any:
        codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
        options = COLOR_OPTIONS | (H264_OPTIONS if codec == "libx264" else MPEG4_OPTIONS)
        stream: Any = self._container.add_stream(codec, rate=NOMINAL_RATE, options=options)
        stream.height, stream.width = image.shape[0] & ~1, image.shape[1] & ~1
        stream.pix_fmt = PIXEL_FORMAT
        stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        return stream

    def _tell_fitted(self, image: ImageArray, timestamp_ns: int) -> None:
        if self._told_fitted:
            return
        self._told_fitted = True
        log.warning(
            "%s: the picture changes from %dx%d to %dx%d at %.1f s; from here on it is fitted into the first size",
            self.path,
            self._stream.width,
            self._stream.height,
            image.shape[1],
            image.shape[0],
            (timestamp_ns - (self._start_ns or 0)) / NS_PER_S,
        )

    def _tick_of(self, timestamp_ns: int) -> int:
        tick = round(Fraction((timestamp_ns - (self._start_ns or 0)) * TICKS_PER_S, NS_PER_S))
        self._last_tick = max(tick, self._last_tick + 1)
        return self._last_tick

    def _encode(self, frame: av.VideoFrame | None) -> None:
        try:
            self._container.mux(self._stream.encode(frame))
        except (FFmpegError, OSError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> EdgeError:
        reason = getattr(error, "strerror", None) or error
        return EdgeError(f"{self.path} cannot be written: {reason}; check the folder, its permissions and free space")


def _has_size(image: ImageArray, height: int, width: int) -> bool:
    return (image.shape[0] & ~1, image.shape[1] & ~1) == (height, width)


def _fitted(image: ImageArray, height: int, width: int) -> ImageArray:
    """``image`` in its own shape, shrunk or enlarged, between black margins that make it this size."""
    scale = min(height / image.shape[0], width / image.shape[1])
    rows, columns = max(1, round(image.shape[0] * scale)), max(1, round(image.shape[1] * scale))
    top, left = (height - rows) // 2, (width - columns) // 2
    fitted = np.zeros((height, width, 3), np.uint8)
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fitted[top : top + rows, left : left + columns] = cv2.resize(image, (columns, rows), interpolation=interpolation)
    return fitted
