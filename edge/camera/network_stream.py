"""One connection to a camera in the network, read by one thread."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import av
from av.error import FFmpegError

from edge.base.url import masked_url
from edge.camera.clip import COMPLETE_SHARE, DECODER_THREADS, METADATA_OPTIONS, NOT_VIDEO_FORMATS
from edge.camera.ffmpeg_log import silence_ffmpeg
from edge.camera.live_clock import LiveClock
from edge.camera.network_failure import failure_of, reason
from edge.camera.rgb import RgbConverter
from edge.camera.streams import best_video, period_ns
from edge.camera.timeline import Timeline
from edge.errors import CameraError
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.video.stream import VideoStream

    from edge.base.url import Url
    from edge.camera.pace import Pacer
    from edge.types import ImageArray

# TCP first: over UDP every lost packet is a smeared picture. A camera that refuses it is asked for UDP.
OPTIONS = {
    "rtsp": {"rtsp_flags": "prefer_tcp"},
    "rtsps": {"rtsp_flags": "prefer_tcp"},
    "udp": {"overrun_nonfatal": "1"},
}
# They come in pieces of several seconds each, to be played from one after the other.
IN_PIECES = ("hls", "dash")
# Pictures without times, for which FFmpeg makes some up.
UNTIMED = ("mpjpeg", "mjpeg", "h264", "hevc", "image2")
CHECK = "check the network and the camera's power"
LATE_NS = NS_PER_S
# The relation of the clocks was wrong then, not the pictures late.
LONGEST_LATE_NS = 5 * NS_PER_S

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long what may take: to open, from packet to packet, the same where it comes in pieces, to the first picture.

    ``picture_s`` holds between two pictures, too.
    """

    open_s: float = 10.0
    stall_s: float = 5.0
    piece_s: float = 30.0
    picture_s: float = 30.0


class Picture(NamedTuple):
    """A decoded picture, with the times and the segment of a :class:`~edge.types.Frame`."""

    image: av.VideoFrame
    timestamp_ns: int
    captured_ns: int
    segment: int


class NetworkStream:
    """A stream that is open. ``due_s`` is when the next thing will have been heard of it, on ``time.monotonic``.

    A live one is read as fast as it comes. What has gathered while it was being opened is not shown; pictures that
    arrive more than a second late, since they could not be decoded in time, are left out up to the next that can be
    begun with. A film (it has an end, or comes in pieces) is
    read at its own pace, which ``pacer`` keeps.

    Raises:
        CameraError: it cannot be opened, or there is no video in it.
    """

    def __init__(self, url: Url, pacer: Pacer, timeouts: Timeouts) -> None:
        self._url = url
        self._name = masked_url(str(url))
        self._pacer = pacer
        self._timeouts = timeouts
        self._comes_in_pieces = url.rest.partition("?")[0].endswith((".m3u8", ".mpd"))
        self._silence_s = timeouts.piece_s if self._comes_in_pieces else timeouts.stall_s
        self.broken_pictures = 0
        self._container = self._open()
        stream = _video_of(self._container)
        if stream is None:
            self._container.close()
            raise CameraError(f"{self._name} has no video in it; check the path of the stream")
        self._stream = stream
        self._converter = RgbConverter(stream)
        self._stream.codec_context.thread_type = "SLICE"  # others keep pictures back
        self._stream.codec_context.thread_count = DECODER_THREADS
        self._clock = LiveClock()
        self._timeline = Timeline(self._name, period_ns(stream))
        self._late_since_ns: int | None = None
        self._has_told_late = False
        self._packet_s = self._picture_s = time.monotonic()

    @property
    def due_s(self) -> float:
        """When the next packet is there, or a failure is told."""
        return self._packet_s + self._silence_s

    @property
    def has_end(self) -> bool:
        """Whether it is a film, which is over when it ends; everything else was lost when it does.

        A film has a length, in seconds or in bytes; some cameras state one for an endless multipart stream, too.
        """
        has_length = bool(self._container.duration) or self._container.size > 0
        return has_length and self._url.scheme in {"http", "https"} and self._container.format.name != "mpjpeg"

    @property
    def end_ns(self) -> int:
        """Media time at which the film, as far as it was read, ends."""
        return self._timeline.end_ns

    def pictures(self) -> Iterator[Picture]:
        """Yield every picture that can be decoded, until a film ends.

        Raises:
            CameraError: it was lost, nothing came for some time, or nothing that can be decoded.
        """
        is_film = self.has_end or self._container.format.name.startswith(IN_PIECES)
        count = 0
        for packet in self._packets():
            if not is_film and self._is_skipped(packet):
                continue
            for decoded in self._decoded(packet):
                self._picture_s = time.monotonic()
                if self._clock.is_catching_up:
                    continue
                picture = self._of_film(decoded) if is_film else self._live(decoded)
                if picture is None:
                    return
                count += 1
                yield picture
        if count == 1 and _is_untimed(self._container):
            raise CameraError(f"{self._name} is one picture and no video; give the address of the camera's stream")
        self._check_end()

    def image_of(self, picture: Picture) -> ImageArray | None:
        """The picture as a :class:`~edge.types.Frame` holds it, I420 or RGB; None where it cannot be converted."""
        try:
            image = self._converter.i420(picture.image)
            return self._converter.convert(picture.image) if image is None else image
        except (FFmpegError, ValueError) as error:
            self._leave_out(reason(error))
            return None

    def close(self) -> None:
        """Close the connection; only its own thread may."""
        self._container.close()

    def _open(self) -> av.container.InputContainer:
        silence_ffmpeg()
        try:
            container: av.container.InputContainer = av.open(
                str(self._url),
                container_options=OPTIONS.get(self._url.scheme, {}),  # the others crash PyAV before 17 on late streams
                timeout=(self._timeouts.open_s, self._silence_s),
                **METADATA_OPTIONS,
            )
        except (FFmpegError, OSError, ValueError) as error:
            raise CameraError(failure_of(self._url, error)) from None
        return container

    def _packets(self) -> Iterator[av.Packet[Any]]:
        """The packets of the video; all others are read too, to know that time passes."""
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (FFmpegError, OSError, ValueError) as error:
                raise CameraError(self._lost(error)) from None
            now_s = time.monotonic()
            if packet.stream is self._stream:
                self._packet_s = now_s
                yield packet
            if now_s - self._packet_s > self._silence_s:
                raise CameraError(f"{self._name} has sent no video for {self._silence_s:g} s, only something else")
            if now_s - self._picture_s > self._timeouts.picture_s:
                raise CameraError(
                    f"{self._name} sends data, but no picture that can be decoded for {self._timeouts.picture_s:g} s; "
                    "check its codec (H.264 and MJPEG always work) and the network"
                )

    def _lost(self, error: Exception) -> str:
        if isinstance(error, av.error.ExitError):
            return f"{self._name} has sent nothing for {self._silence_s:g} s; {CHECK}"
        return f"{self._name} has ended the connection ({reason(error)}); {CHECK}"

    def _check_end(self) -> None:
        """An end is none where there should be more."""
        promised_ns = (self._container.duration or 0) * (NS_PER_S // av.time_base)
        if not self.has_end or self._timeline.end_ns < promised_ns * COMPLETE_SHARE:
            raise CameraError(f"{self._name} has ended the connection; {CHECK}")

    def _is_skipped(self, packet: av.Packet[Any]) -> bool:
        """Whether a packet is not worth decoding: it is late, or needs one that was skipped."""
        stamp_ns = self._stamp_ns(packet)
        if stamp_ns is None:
            return self._late_since_ns is not None
        now_ns = time.monotonic_ns()
        is_late = self._clock.arrive(stamp_ns, now_ns) > LATE_NS
        if self._late_since_ns is None:
            self._late_since_ns = now_ns if is_late else None
            return self._late_since_ns is not None and self._tell_late()
        if not packet.is_keyframe:
            return True
        if is_late and now_ns - self._late_since_ns < LONGEST_LATE_NS:
            return True
        if is_late:
            self._clock.restart()
        self._late_since_ns = None
        return False

    def _tell_late(self) -> bool:
        if not self._has_told_late:
            _log.warning(
                "%s is more than %d s late, so pictures are left out; where that lasts, choose a smaller stream of the"
                " camera",
                self._name,
                LATE_NS // NS_PER_S,
            )
        self._has_told_late = True
        return True

    def _decoded(self, packet: av.Packet[Any]) -> Iterator[av.VideoFrame]:
        try:
            decoded = packet.decode()
        except (FFmpegError, ValueError) as error:
            self._leave_out(reason(error))
            return
        for image in decoded:
            if image.is_corrupt:
                self._leave_out("it arrived incomplete")
            else:
                yield image

    def _leave_out(self, why: str) -> None:
        self.broken_pictures += 1
        if self.broken_pictures == 1:
            _log.warning("%s: a picture is broken and left out (%s); further ones are only counted", self._name, why)

    def _live(self, image: av.VideoFrame) -> Picture:
        taken_ns = self._clock.time_of(self._stamp_ns(image), time.monotonic_ns())
        return Picture(image, taken_ns, taken_ns, 0)

    def _of_film(self, image: av.VideoFrame) -> Picture | None:
        """A picture when it is due; None where nobody waits for it any more."""
        moment = self._timeline.time_of(self._stamp_ns(image))
        due_ns = self._pacer.wait_until(moment.time_ns)
        return None if due_ns is None else Picture(image, moment.time_ns, due_ns, moment.segment)

    def _stamp_ns(self, given: av.Packet[Any] | av.VideoFrame) -> int | None:
        """The stream's own time of a packet or a picture; None where it has none."""
        if _is_untimed(self._container):
            return None
        ticks = given.dts if isinstance(given, av.Packet) else given.pts
        base = given.time_base or self._stream.time_base
        return None if ticks is None or not base else round(ticks * base * NS_PER_S)


def _is_untimed(container: av.container.InputContainer) -> bool:
    return container.format.name.startswith(UNTIMED) or container.format.name.endswith("_pipe")


def _video_of(container: av.container.InputContainer) -> VideoStream | None:
    """The stream to look at; None where there is no video."""
    if container.format.name in NOT_VIDEO_FORMATS:
        return None
    # Older PyAV cannot tell a stream of JPEGs from the cover of a song.
    return next(iter(container.streams.video), None) if _is_untimed(container) else best_video(container)
