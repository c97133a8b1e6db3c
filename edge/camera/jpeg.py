"""JPEG pictures as cameras and people deliver them: without an end marker, padded, or with a part missing (ITU-T T.81).

A picture is whole if the decoder gets through its data to the last block; whether an end marker stands behind them
says nothing. Decoders fill what is missing with mid-grey and do not complain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
from av.error import FFmpegError, PatchWelcomeError

from edge.camera.ffmpeg_log import silence_ffmpeg

if TYPE_CHECKING:
    from edge.types import ImageArray

# A marker is FF and a code; FF00 is a stuffed data byte, FFD0 to FFD7 are restarts inside the data.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_NOTES = frozenset({*range(0xE0, 0xF0), 0xFE})
_STUFFED = re.compile(rb"(?:\xff\x00)*")
_MISSING = 128
# A block of 8x8 takes a bit at least; one that says more is a bomb or cut off.
_MOST_PIXELS_PER_BYTE = 8 * 64
_CORNER = 4
_COMPONENTS_AT, _BAND_BYTES, _COEFFICIENTS = 7, 3, 64


@dataclass(frozen=True, slots=True)
class JpegLayout:
    """What the markers say.

    ``tables`` are the segments that decoding needs, up to the first scan, which begins at ``scan_at`` (0: none does).
    """

    width: int
    height: int
    is_progressive: bool
    has_all_scans: bool
    has_end: bool
    tables: bytes
    scan_at: int


def read_layout(data: bytes) -> JpegLayout:
    """Go from marker to marker to the end of the picture or of the data."""
    width = height = scan_at = 0
    is_progressive = has_end = False
    tables, scans, frame = [_START], list[bytes](), b""
    at = 2
    while found := _MARKER.search(data, at):
        code, at = found[0][1], found.end()
        if code == _END[1]:
            has_end = True
            break
        length = _big(data, at)
        if code in _FRAMES:
            # libjpeg goes by the first and refuses a second; a bomb must not hide behind one.
            height, width = max(height, _big(data, at + 3)), max(width, _big(data, at + 5))
            is_progressive, frame = code in _PROGRESSIVE, data[at : at + length]
        if code == _SCAN:
            scan_at = scan_at or found.start()
            scans.append(data[at : at + length])
        if not scan_at and code not in _NOTES:
            tables.append(data[found.start() : at + length])
        at += length
    has_all_scans = _has_all(frame, scans, is_progressive=is_progressive)
    return JpegLayout(width, height, is_progressive, has_all_scans, has_end, b"".join(tables), scan_at)


def _has_all(frame: bytes, scans: list[bytes], *, is_progressive: bool) -> bool:
    """Whether each component is in a scan; in a progressive JPEG also the first one, brightness, to its last bit."""
    components = frame[8 : 8 + 3 * frame[7] : 3] if len(frame) > _COMPONENTS_AT else b""
    seen, coefficients = set[int](), set[int]()
    for scan in scans:
        ids = scan[3 : 3 + 2 * scan[2] : 2] if len(scan) > _COMPONENTS_AT else b""
        seen.update(ids)
        band = scan[3 + 2 * len(ids) : 6 + 2 * len(ids)]
        # First and last coefficient, and how many of their bits later scans bring.
        if components[:1] in ids and len(band) == _BAND_BYTES and not band[2] & 0x0F:
            coefficients.update(range(band[0], band[1] + 1))
    return bool(components) and seen >= set(components) and (not is_progressive or len(coefficients) >= _COEFFICIENTS)


def decode_jpeg(data: bytes, layout: JpegLayout, flags: int) -> ImageArray | None:
    """``(height, width, 3) uint8`` BGR, or None where a good part of the picture is missing or it cannot be decoded.

    A good part: more than the last few blocks. ``layout`` is that of the data, ``flags`` are OpenCV's.
    """
    if not layout.has_all_scans or layout.width * layout.height > len(data) * _MOST_PIXELS_PER_BYTE:
        return None
    whole = data if layout.has_end else _with_end(data)
    if (layout.is_progressive or not layout.has_end) and not _decodes_to_its_end(whole, layout):
        return None
    decoded = cv2.imdecode(np.frombuffer(whole, np.uint8), flags)
    if decoded is None:
        return None
    image = np.asarray(decoded, np.uint8)
    return None if _has_empty_corner(image) and not _decodes_to_its_end(whole, layout) else image


def _with_end(data: bytes) -> bytes:
    """The data with an end marker in the place of what it was padded with."""
    at = len(data.rstrip(b"\x00\xff"))
    # The last byte of a scan is never 00, and FF only as FF00.
    stuffed = _STUFFED.match(data, at)
    return data[: stuffed.end() if stuffed else at] + _END


def _decodes_to_its_end(data: bytes, layout: JpegLayout) -> bool:
    """Whether FFmpeg, which is stricter than libjpeg, comes to the last block before the data run out."""
    silence_ffmpeg()
    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.options = {"err_detect": "explode"}
    try:
        # Without what people and cameras note down: a fault in there is none in the picture.
        return bool(layout.scan_at and decoder.decode(av.Packet(layout.tables + data[layout.scan_at :])))
    except PatchWelcomeError:
        return layout.has_end  # FFmpeg does not know this kind of JPEG
    except FFmpegError:
        return False


def _has_empty_corner(image: ImageArray) -> bool:
    """Whether the last block, which after turning may be in any corner, is of the grey that stands for missing data."""
    ends = slice(None, _CORNER), slice(-_CORNER, None)
    return any(bool((image[row, column] == _MISSING).all()) for row in ends for column in ends)


def _big(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
