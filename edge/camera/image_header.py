"""The size of a picture, read from its bytes before anything is decoded.

The layouts are those of the PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a, BMP, WebP (RFC 9649), TIFF 6.0, Netpbm,
JPEG 2000 (ITU-T T.800) and HEIF (ISO/IEC 23008-12) specifications.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edge.camera import media_type as types
from edge.camera.bitmap import read_bitmap_header
from edge.camera.jpeg import read_layout
from edge.camera.tiff import tiff_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.camera.media_type import MediaType

Size = tuple[int, int]

_PNM_GAP = rb"(?:\s|#[^\n\r]*[\n\r])+"
_PNM = re.compile(rb"P[1-6]" + _PNM_GAP + rb"(\d{1,9})" + _PNM_GAP + rb"(\d{1,9})")
_PAM_WIDTH, _PAM_HEIGHT = (
    re.compile(rb"^WIDTH\s+(\d{1,9})", re.MULTILINE),
    re.compile(rb"^HEIGHT\s+(\d{1,9})", re.MULTILINE),
)
_PNM_HEAD_BYTES = 65536
# The size marker of a JPEG 2000 code stream stands right behind its start.
_CODE_STREAM = b"\xff\x4f\xff\x51"
_JPEG_2000_HEAD_BYTES = 1 << 20
_EXTENT = re.compile(rb"ispe.{4}(.{4})(.{4})", re.DOTALL)


def image_size(media_type: MediaType, data: bytes) -> Size | None:
    """Width and height of a picture of that type; None where they cannot be found or one is zero."""
    size = _READERS[media_type](data)
    return size if size and all(size) else None


def _png(data: bytes) -> Size:
    return _big(data, 16, 4), _big(data, 20, 4)


def _jpeg(data: bytes) -> Size:
    layout = read_layout(data)
    return layout.width, layout.height


def _gif(data: bytes) -> Size:
    return _little(data, 6, 2), _little(data, 8, 2)


def _bmp(data: bytes) -> Size:
    header = read_bitmap_header(data)
    return header.width, abs(header.height)


def _webp(data: bytes) -> Size:
    kind = data[12:16]
    if kind == b"VP8X":
        return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    if kind == b"VP8L":
        bits = _little(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF


def _pnm(data: bytes) -> Size | None:
    head = data[:_PNM_HEAD_BYTES]
    if head.startswith(b"P7"):
        width, height = _PAM_WIDTH.search(head), _PAM_HEIGHT.search(head)
        return (int(width[1]), int(height[1])) if width and height else None
    found = _PNM.match(head)
    return (int(found[1]), int(found[2])) if found else None


def _jpeg_2000(data: bytes) -> Size | None:
    at = data.find(_CODE_STREAM, 0, _JPEG_2000_HEAD_BYTES)
    if at < 0:
        return None
    # Behind the marker: length, capabilities, then the grid's far corner and the picture's offset in it.
    right, bottom, left, top = (_big(data, at + 8 + 4 * number, 4) for number in range(4))
    return max(0, right - left), max(0, bottom - top)


def _avif(data: bytes) -> Size | None:
    """The largest extent of anything in the file: the picture that is shown is none of its tiles."""
    extents = [(_big(found[1], 0, 4), _big(found[2], 0, 4)) for found in _EXTENT.finditer(_meta_box(data))]
    return max(extents, key=lambda size: size[0] * size[1], default=None)


def _meta_box(data: bytes) -> bytes:
    at = 0
    while at + 8 <= len(data):
        size = _big(data, at, 4) or len(data) - at
        if data[at + 4 : at + 8] == b"meta":
            return data[at : at + size]
        at += max(size, 8)
    return b""


_READERS: dict[MediaType, Callable[[bytes], Size | None]] = {
    types.PNG: _png,
    types.JPEG: _jpeg,
    types.GIF: _gif,
    types.BMP: _bmp,
    types.WEBP: _webp,
    types.TIFF: tiff_size,
    types.PNM: _pnm,
    types.JPEG_2000: _jpeg_2000,
    types.AVIF: _avif,
}


def _big(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


def _little(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
