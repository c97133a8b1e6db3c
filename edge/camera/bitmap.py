"""The headers of BMP pictures, of Windows and of OS/2, in one form that every decoder takes.

The layouts: BITMAPCOREHEADER (12 bytes), OS22XBITMAPHEADER (16 or 64) and BITMAPINFOHEADER (40) with its successors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_FILE_BYTES, _CORE_BYTES, _INFO_BYTES = 14, 12, 40
_UNCOMPRESSED = frozenset({0, 3, 6})
_MASKED = {3: 12, 6: 16}
_MOST_PALETTED_BITS = 8


@dataclass(frozen=True, slots=True)
class BitmapHeader:
    """What a BMP says of itself; ``pixels_at`` is where its rows begin."""

    size: int
    width: int
    height: int
    depth: int
    compression: int
    pixels_at: int


def read_bitmap_header(data: bytes) -> BitmapHeader:
    """Read the header; what is cut off counts as 0. A height below zero means that the first row is the top one."""
    head = data[: _FILE_BYTES + _INFO_BYTES].ljust(_FILE_BYTES + _INFO_BYTES, b"\0")
    (pixels_at, size) = struct.unpack_from("<II", head, 10)
    compression = colours = 0
    if size == _CORE_BYTES:
        width, height, _, depth = struct.unpack_from("<HHHH", head, 18)
    else:
        width, height, _, depth = struct.unpack_from("<IiHH", head, 18)
    if size >= _INFO_BYTES:
        (compression,), (colours,) = struct.unpack_from("<I", head, 30), struct.unpack_from("<I", head, 46)
    palette = (colours or 1 << depth) * (3 if size == _CORE_BYTES else 4) if depth <= _MOST_PALETTED_BITS else 0
    masks = _MASKED.get(compression, 0) if size == _INFO_BYTES else 0
    earliest = _FILE_BYTES + size + masks
    return BitmapHeader(
        size, width, height, depth, compression, pixels_at if pixels_at >= earliest else earliest + palette
    )


def mend_bmp(data: bytes) -> bytes | None:
    """The data with a header of full length and the padding of the last row, or None where rows are missing.

    Of a compressed one the decoder itself knows whether it is all there.
    """
    header = read_bitmap_header(data)
    if header.compression in _UNCOMPRESSED:
        used = (header.width * header.depth + 7) // 8
        padded = (used + 3) // 4 * 4
        missing = header.pixels_at + padded * abs(header.height) - len(data)
        if missing > padded - used:
            return None
        data += bytes(max(0, missing))
    more = _INFO_BYTES - header.size if _CORE_BYTES < header.size < _INFO_BYTES else 0
    if not more and data[10:14] == struct.pack("<I", header.pixels_at):
        return data
    whole = struct.pack("<II", header.pixels_at + more, header.size + more)
    return data[:10] + whole + data[18 : _FILE_BYTES + header.size] + bytes(more) + data[_FILE_BYTES + header.size :]
