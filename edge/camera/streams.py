"""Which of a container's streams is the video, and how fast and how long that is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import av

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from fractions import Fraction

    from av.container import InputContainer
    from av.video.stream import VideoStream

# FFmpeg's AV_DISPOSITION_*.
DISPOSITION_DEFAULT = 0x1
DISPOSITION_ATTACHED_PIC = 0x400
STILL_CODECS = frozenset({"bmp", "gif", "mjpeg", "png", "tiff", "webp"})
FALLBACK_PERIOD_NS = NS_PER_S // 25
MAX_PLAUSIBLE_RATE = 480
CLOCK_TEXT = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)")


def best_video(container: InputContainer) -> VideoStream | None:
    """The video stream that ``ffmpeg`` takes: one marked as the default before others, the largest of these.

    Attached pictures (the cover of a song) are none, and no stream that FFmpeg has no decoder for is taken. PyAV before
    14 does not tell what is marked as the default.
    """
    streams = [
        stream
        for stream in container.streams.video
        if is_decodable(stream) and not _is_attached_picture(stream, container)
    ]
    return max(streams, key=_rank, default=None)


def is_decodable(stream: VideoStream) -> bool:
    """Whether FFmpeg has a decoder for it; PyAV has no codec context where it has none."""
    return stream.codec_context is not None


def _rank(stream: VideoStream) -> tuple[bool, int]:
    return bool(_disposition(stream) & DISPOSITION_DEFAULT), stream.codec_context.width * stream.codec_context.height


def _is_attached_picture(stream: VideoStream, container: InputContainer) -> bool:
    if hasattr(stream, "disposition"):
        return bool(_disposition(stream) & DISPOSITION_ATTACHED_PIC)
    # What is alone is attached to nothing: a GIF of one picture, say.
    return len(container.streams) > 1 and stream.average_rate is None and stream.codec_context.name in STILL_CODECS


def _disposition(stream: VideoStream) -> int:
    return stream.disposition.value if hasattr(stream, "disposition") else 0


def period_ns(stream: VideoStream) -> int:
    """The time from frame to frame as the container states it, else that of 25 a second.

    FFmpeg guesses 1000 a second for a bare stream of pictures, and an average below one a second may come from a gap.
    """
    average, guessed = stream.average_rate, stream.guessed_rate
    rates = (average, guessed) if average and average >= 1 else (guessed, average)
    rate: Fraction | None = next((rate for rate in rates if rate and rate <= MAX_PLAUSIBLE_RATE), None)
    return round(NS_PER_S / rate) if rate else FALLBACK_PERIOD_NS


def own_duration_s(stream: VideoStream) -> float | None:
    """How long the stream itself is, sound and subtitles aside; None where the container does not state it."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    for name, text in stream.metadata.items():  # Matroska: DURATION, or DURATION-eng
        match = CLOCK_TEXT.match(text) if name.upper().startswith("DURATION") else None
        if match:
            hours, minutes, seconds = match.groups()
            return int(hours) * 3600 + int(minutes) * 60 + float(seconds) - start_s(stream)
    return None


def start_s(stream: VideoStream) -> float:
    """The stamp of the first frame as the container states it, else 0."""
    return float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0


def whole_duration_s(container: InputContainer) -> float | None:
    """How long the container is with all its streams; None where it does not state it."""
    return container.duration / av.time_base if container.duration else None
