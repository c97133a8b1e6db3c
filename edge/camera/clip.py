"""One pass over a video file: its pictures and their exact times."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import av
from av.error import FFmpegError

from edge.camera.image_limits import MAX_PIXELS, how_to_convert, require_size
from edge.camera.media_type import AVIF, JPEG, Kind, media_type_of
from edge.camera.mp4_matrix import display_matrix
from edge.camera.orientation import AS_IT_IS
from edge.camera.paths import require_file
from edge.camera.rgb import RgbConverter, orientation_by_matrix
from edge.camera.streams import best_video, is_decodable, own_duration_s, period_ns, start_s, whole_duration_s
from edge.camera.timeline import Timeline
from edge.errors import InputError
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from av.video.stream import VideoStream

    from edge.camera.orientation import Orientation
    from edge.camera.timeline import MediaTime
    from edge.types import ImageArray

log = logging.getLogger(__name__)

# Two decode 1080p in time on a Pi 4 and leave the other cores to inference; 640x480 needs a fraction of one.
DECODER_THREADS = 2
COMPLETE_SHARE = 0.9
LIMITS = {"max_pixels": str(MAX_PIXELS)}
# FFmpeg takes any text for terminal art when its name ends in .txt.
NOT_VIDEO_FORMATS = frozenset({"tty"})
# A title that is not UTF-8 must not keep a video from opening; from PyAV 19 on it never does.
PYAV_MAJOR = int(av.__version__.split(".")[0])
PYAV_READS_ANY_METADATA = 19
PYAV_TELLS_MATRIX = 12
# FFmpeg's search for what is in the file decodes, too. Before 17 PyAV crashes on options where streams are found late
# (FLV, MPEG).
PYAV_LIMITS_SEARCH = 17
SEARCH_LIMITS = LIMITS if PYAV_MAJOR >= PYAV_LIMITS_SEARCH else {}
METADATA_OPTIONS: dict[str, Any] = {} if PYAV_MAJOR >= PYAV_READS_ANY_METADATA else {"metadata_errors": "replace"}


class Clip:
    """A video file read once from its beginning, anything FFmpeg reads.

    ``frame_count`` and ``duration_s`` are what the container says or what follows from it, None where it says nothing.
    ``broken_frames`` counts the frames that could not be decoded so far; ``span_ns`` is the length read so far, the
    last frame's time on screen included. A ``quiet`` one does not say in the log what is wrong with the file. No two
    frames are further apart than ``longest_ns``.

    Raises:
        InputError: the file is missing, empty, not a video, or has no video stream.
    """

    def __init__(self, path: Path, *, quiet: bool = False, longest_ns: int | None = None) -> None:
        require_file(path, "a video")
        _require_no_tiles(path)
        self._path = path
        self._level = logging.DEBUG if quiet else logging.WARNING
        self._container, self._stream = _open(path)
        self._stream.codec_context.thread_type = "AUTO"
        self._stream.codec_context.thread_count = DECODER_THREADS
        self._stream.codec_context.options = dict(LIMITS)
        self._converter = RgbConverter(self._stream, _orientation_by_header(path, self._stream))
        self._period_ns = period_ns(self._stream)
        self._timeline = Timeline(
            str(path),
            self._period_ns,
            origin_ns=_in_ns(self._stream.start_time or 0, self._stream.time_base),
            longest_ns=longest_ns,
            level=self._level,
        )
        self.broken_frames = 0
        self._read_from_s: float | None = None
        self._read_to_s = 0.0
        self._own_duration_s = own_duration_s(self._stream)
        self.duration_s = self._own_duration_s or whole_duration_s(self._container)
        self.frame_count = self._stream.frames or self._estimate_frames()

    @property
    def span_ns(self) -> int:
        """Nanoseconds from the start to the end of the last frame read."""
        return self._timeline.end_ns

    def frames(self) -> Iterator[tuple[ImageArray, MediaTime]]:
        """Yield each image as in ``Frame.image``, upright with square pixels, and where it stands in time.

        Raises:
            InputError: not one frame could be decoded.
        """
        decoded = self._decode()
        frame = next(decoded, None)
        while frame is not None:
            image = self._convert(frame)
            following = next(decoded, None)
            if image is not None:
                yield image, self._timeline.time_of(self._stamp_of(frame), self._stamp_of(following))
            frame = following
        self._warn_if_short()
        if not self.span_ns:
            raise InputError(f"{self._path} has no frame that can be decoded; it is damaged or not a video")

    def _warn_if_short(self) -> None:
        """A container that promises more than it holds was cut off."""
        promised_s, read_s = self.duration_s or 0.0, self._read_to_s
        if self._own_duration_s is not None:
            # What FFmpeg says of the start is a guess where pictures are not stored in order.
            read_s -= min(start_s(self._stream), self._read_from_s or 0.0)
        if read_s > 0 and read_s + self._period_ns / NS_PER_S < promised_s * COMPLETE_SHARE:
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
        for packet in self._packets():
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

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """Those of the video; where only the length of the whole container is known, all are followed to their end."""
        packets = self._container.demux(*([] if self._own_duration_s is None else [self._stream]))
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError as error:
                log.log(self._level, "%s cannot be read to its end: %s", self._path, error)
                return
            self._read_to_s = max(self._read_to_s, _end_s(packet))
            if packet.stream.index == self._stream.index:
                if self._read_from_s is None:
                    self._read_from_s = _begin_s(packet)
                yield packet

    def _convert(self, frame: av.VideoFrame) -> ImageArray | None:
        try:
            planes = self._converter.i420(frame)
            return self._converter.convert(frame) if planes is None else planes
        except (FFmpegError, ValueError) as error:
            self._skip(error)
            return None

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

    def _stamp_of(self, frame: av.VideoFrame | None) -> int | None:
        if frame is None or frame.pts is None:
            return None
        return _in_ns(frame.pts, frame.time_base or self._stream.time_base)

    def _estimate_frames(self) -> int | None:
        return round(self.duration_s * NS_PER_S / self._period_ns) if self.duration_s else None


def _open(path: Path) -> tuple[av.container.InputContainer, VideoStream]:
    try:
        # The file: protocol, so that a colon in a name is not taken for a protocol of its own.
        container: av.container.InputContainer = av.open(
            f"file:{path}", options=dict(SEARCH_LIMITS), **METADATA_OPTIONS
        )
    except (FFmpegError, UnicodeError) as error:
        raise InputError(f"{path} is not a video that can be read, or it is damaged ({_reason(error)})") from error
    try:
        return container, _video_of(container, path)
    except InputError:
        container.close()
        raise


def _video_of(container: av.container.InputContainer, path: Path) -> VideoStream:
    stream = None if _is_taken_for_video(container, path) else best_video(container)
    if stream is not None:
        require_size(path, (stream.width, stream.height))
        return stream
    if not all(is_decodable(stream) for stream in container.streams.video):
        raise InputError(f"{path} holds a video of a kind that cannot be decoded here; convert it to H.264 in an MP4")
    raise InputError(f"{path} has no video in it; give a file with a video stream")


def _is_taken_for_video(container: av.container.InputContainer, path: Path) -> bool:
    """Whether FFmpeg takes text for a video, or a document for the first JPEG that is somewhere in it."""
    name = container.format.name
    return name in NOT_VIDEO_FORMATS or (name == "mjpeg" and media_type_of(path) is not JPEG)


def _require_no_tiles(path: Path) -> None:
    """FFmpeg takes the tiles of such a picture for videos."""
    found = media_type_of(path)
    if found is AVIF or (found is not None and found.kind is Kind.UNREADABLE_PICTURE):
        raise InputError(f"{path} is a picture ({found.name}) and no video; {how_to_convert(found)}")


def _orientation_by_header(path: Path, stream: VideoStream) -> Orientation:
    """How an MP4 is laid, where PyAV does not tell it with each frame."""
    matrix = display_matrix(path, stream.id) if PYAV_MAJOR < PYAV_TELLS_MATRIX else None
    return AS_IT_IS if matrix is None else orientation_by_matrix(matrix)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", error))


def _in_ns(ticks: int, base: Fraction | None) -> int | None:
    return (ticks * base.numerator * NS_PER_S * 2 + base.denominator) // (2 * base.denominator) if base else None


def _begin_s(packet: av.Packet[Any]) -> float:
    """The stamp of a packet; 0 where it has none."""
    stamp = packet.dts if packet.pts is None else packet.pts
    return float(stamp * packet.time_base) if stamp is not None and packet.time_base else 0.0


def _end_s(packet: av.Packet[Any]) -> float:
    """The stamp at which a packet ends; 0 where it has none."""
    has_stamp = (packet.pts is not None or packet.dts is not None) and packet.time_base
    return _begin_s(packet) + float((packet.duration or 0) * packet.time_base) if has_stamp else 0.0
