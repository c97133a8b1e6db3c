"""Size and completeness of a picture file, read from its bytes before anything is decoded.

The layouts are those of the PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a, BMP and WebP (RFC 9649) specifications.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A marker is FF and a code; FF00 is a stuffed data byte, FFD0 to FFD7 are restarts inside the data.
JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
JPEG_END = 0xD9
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What a picture file says of itself; ``complete`` is False when its end is missing."""

    width: int
    height: int
    complete: bool


def read_header(data: bytes) -> ImageHeader | None:
    """The header of a PNG, JPEG, GIF, BMP or WebP; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ImageHeader(_big(data, 16, 4), _big(data, 20, 4), b"IEND" in data[-64:])
    if data.startswith(b"\xff\xd8"):
        return _read_jpeg(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ImageHeader(_little(data, 6, 2), _little(data, 8, 2), complete=True)
    if data.startswith(b"BM"):
        height = int.from_bytes(data[22:26], "little", signed=True)
        return ImageHeader(_little(data, 18, 4), abs(height), len(data) >= _little(data, 2, 4))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return ImageHeader(*_webp_size(data), complete=len(data) >= 8 + _little(data, 4, 4))
    return None


def _read_jpeg(data: bytes) -> ImageHeader:
    width = height = 0
    at = 2
    while found := JPEG_MARKER.search(data, at):
        code, at = found[1][0], found.end()
        if code == JPEG_END:
            return ImageHeader(width, height, complete=True)
        if code in JPEG_FRAMES:
            height, width = _big(data, at + 3, 2), _big(data, at + 5, 2)
        at += _big(data, at, 2)
    return ImageHeader(width, height, complete=False)


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    if kind == b"VP8L":
        bits = _little(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF


def _big(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _little(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
