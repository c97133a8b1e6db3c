"""One pass over a video file: decoding, colours, rotation and exact times."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter

from edge.camera.files import require_file
from edge.errors import InputError
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.types import ImageArray

log = logging.getLogger(__name__)

# Two decode 1080p in time on a Pi 4 and leave the other cores to inference; 640x480 needs a fraction of one.
DECODER_THREADS = 2
FALLBACK_PERIOD_NS = NS_PER_S // 25
MAX_PLAUSIBLE_RATE = 480
COMPLETE_SHARE = 0.9
# FFmpeg takes any text for terminal art when its name ends in .txt.
NOT_VIDEO_FORMATS = frozenset({"tty"})
COLORSPACE_BT709 = 1
COLOR_RANGE_FULL = 2
# A title that is not UTF-8 must not keep a video from opening; from PyAV 19 on it never does.
PYAV_MAJOR = int(av.__version__.split(".")[0])
PYAV_READS_ANY_METADATA = 19
METADATA_OPTIONS: dict[str, Any] = {} if PYAV_MAJOR >= PYAV_READS_ANY_METADATA else {"metadata_errors": "replace"}
ROTATIONS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


class Clip:
    """A video file read once from its beginning, anything FFmpeg reads.

    ``frame_count`` and ``duration_s`` are what the container says or what follows from it, None where it says nothing.
    ``broken_frames`` counts the frames that could not be decoded so far; ``span_ns`` is the length read so far, the
    last frame's time on screen included. A ``quiet`` one does not say in the log what is wrong with the file.

    Raises:
        InputError: the file is missing, empty, not a video, or has no video stream.
    """

    def __init__(self, path: Path, *, quiet: bool = False) -> None:
        require_file(path, "a video")
        self._path = path
        self._level = logging.DEBUG if quiet else logging.WARNING
        self._container = _open(path)
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_type = "AUTO"
        self._stream.codec_context.thread_count = DECODER_THREADS
        self._reformatter = VideoReformatter()
        self._period_ns = self._read_period_ns()
        self._last_ns: int | None = None
        self.broken_frames = 0
        self.duration_s = self._read_duration_s()
        self.frame_count = self._stream.frames or self._estimate_frames()

    @property
    def span_ns(self) -> int:
        """Nanoseconds from the start to the end of the last frame read."""
        return 0 if self._last_ns is None else self._last_ns + self._period_ns

    def frames(self) -> Iterator[tuple[ImageArray, int]]:
        """Yield each image, ``(height, width, 3) uint8`` RGB upright, with its time since the start in nanoseconds.

        Raises:
            InputError: not one frame could be decoded.
        """
        for decoded in self._decode():
            try:
                image = self._to_rgb(decoded)
            except (FFmpegError, ValueError) as error:
                self._skip(error)
                continue
            self._last_ns = self._time_of(decoded)
            yield image, self._last_ns
        self._warn_if_short()
        if self._last_ns is None:
            raise InputError(f"{self._path} has no frame that can be decoded; it is damaged or not a video")

    def _warn_if_short(self) -> None:
        """A container that promises more than it holds was cut off."""
        promised_s, read_s = self.duration_s or 0.0, self.span_ns / NS_PER_S
        if read_s and read_s < promised_s * COMPLETE_SHARE:
            log.log(
                self._level,
                "%s ends after %.1f s of %.1f s; it is truncated, copy it again",
                self._path,
                read_s,
                promised_s,
            )

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._container.close()

    def _decode(self) -> Iterator[av.VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError as error:
                log.log(self._level, "%s cannot be read to its end: %s", self._path, error)
                return
            try:
                decoded = packet.decode()
            except FFmpegError as error:
                self._skip(error)
                continue
            for frame in decoded:
                if frame.is_corrupt:
                    self._skip("it arrived incomplete")
                else:
                    yield frame

    def _skip(self, reason: object) -> None:
        self.broken_frames += 1
        if self.broken_frames == 1:
            log.log(
                self._level,
                "%s: a frame at about %.1f s is broken and left out (%s); further ones are only counted",
                self._path,
                self.span_ns / NS_PER_S,
                reason,
            )

    def _to_rgb(self, frame: av.VideoFrame) -> ImageArray:
        converted = self._reformatter.reformat(frame, format="rgb24", **_matrix_of(frame))
        image = np.ascontiguousarray(converted.to_ndarray(), dtype=np.uint8)
        # Phones store how they were held; PyAV before 14 does not tell.
        turn = ROTATIONS.get(round(getattr(frame, "rotation", 0)) % 360)
        return image if turn is None else np.asarray(cv2.rotate(image, turn), dtype=np.uint8)

    def _time_of(self, frame: av.VideoFrame) -> int:
        """The frame's own time, moved to one average period after the last where it is missing or not later."""
        earliest_ns = 0 if self._last_ns is None else self._last_ns + 1
        base = frame.time_base or self._stream.time_base
        if frame.pts is None or not base:
            return self.span_ns
        ticks = frame.pts - (self._stream.start_time or 0)
        time_ns = (ticks * base.numerator * NS_PER_S * 2 + base.denominator) // (2 * base.denominator)
        return time_ns if time_ns >= earliest_ns else self.span_ns

    def _read_period_ns(self) -> int:
        """The time from frame to frame by the container; for a bare stream of pictures FFmpeg guesses 1000 a second."""
        rates = (self._stream.average_rate, self._stream.guessed_rate)
        plausible = (rate for rate in rates if rate and rate <= MAX_PLAUSIBLE_RATE)
        rate = next(plausible, None)
        return round(NS_PER_S / rate) if rate else FALLBACK_PERIOD_NS

    def _read_duration_s(self) -> float | None:
        if self._stream.duration and self._stream.time_base:
            return float(self._stream.duration * self._stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def _estimate_frames(self) -> int | None:
        return round(self.duration_s * NS_PER_S / self._period_ns) if self.duration_s else None


def _open(path: Path) -> av.container.InputContainer:
    try:
        # The file: protocol, so that a colon in a name is not taken for a protocol of its own.
        container: av.container.InputContainer = av.open(f"file:{path}", **METADATA_OPTIONS)
    except (FFmpegError, UnicodeError) as error:
        raise InputError(f"{path} is not a video that can be read, or it is damaged ({_reason(error)})") from error
    if container.format.name in NOT_VIDEO_FORMATS or not container.streams.video:
        container.close()
        raise InputError(f"{path} has no video in it; give a file with a video stream")
    return container


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", error))


def _matrix_of(frame: av.VideoFrame) -> dict[str, Any]:
    """Arguments that make every PyAV from 10 on apply the BT.709 matrix and the right range.

    Newer ones do so by themselves. Older ones apply BT.601 unless source and destination differ, and take any source
    range that is not zero for the full one.
    """
    if getattr(frame, "colorspace", None) != COLORSPACE_BT709:
        return {}
    source_range = "JPEG" if frame.color_range == COLOR_RANGE_FULL else "UNSPECIFIED"
    return {
        "src_colorspace": "ITU709",
        "dst_colorspace": "ITU601",
        "src_color_range": source_range,
        "dst_color_range": "JPEG",
    }
