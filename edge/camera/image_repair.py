"""Pictures whose pixels are all there but whose file is not as it should be: what decoders refuse is put right.

What is put right: a PNG without its last chunk, or cut off behind its pixels; the sizes that a WebP states of itself;
JPEG 2000 without an end marker. What stands behind the end of a picture is of no interest anywhere.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PNG_SIGNATURE_BYTES, _CHUNK_BYTES = 8, 12
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Start and step of the seven passes of an interlaced PNG: x, y, step in x, step in y.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_PIECE_BYTES = 1 << 20
# No deflate stream makes more of a byte (zlib's technical details).
_MOST_DEFLATED = 1032
_RIFF_BYTES, _WEBP_START_BYTES, _WEBP_CHUNK_BYTES = 8, 12, 20
_WEBP_CHUNKS = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "})
_CODE_STREAM_END = b"\xff\xd9"


def mend_png(data: bytes) -> bytes | None:
    """The data with its end, or None where pixels are missing."""
    row_bytes = _row_bytes(data)
    if row_bytes > len(data) * _MOST_DEFLATED:
        return None
    head, pixels, is_ended = _split_png(data)
    if is_ended:
        return data
    packed = _repack(pixels, row_bytes)
    return head + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"") if packed else None


def mend_webp(data: bytes) -> bytes:
    """The data with the size that the file has; the decoder itself knows whether the picture is all there."""
    if data[12:16] == b"VP8X":
        data = data[: _end_of_webp(data)]
    size = len(data) - _RIFF_BYTES
    if size == int.from_bytes(data[4:8], "little"):
        return data
    riff = data[:4] + struct.pack("<I", size) + data[8:16]
    if data[12:16] == b"VP8X":
        return riff + data[16:]
    # Of a simple file all the rest is the picture.
    return riff + struct.pack("<I", len(data) - _WEBP_CHUNK_BYTES) + data[20:]


def exif_of_webp(data: bytes) -> bytes:
    """The EXIF in a WebP, which is a TIFF; empty where there is none."""
    parts = {name: data[begin:end] for name, begin, end in _chunks_of_webp(data)}
    return parts.get(b"EXIF", b"").removeprefix(b"Exif\0\0")


def _end_of_webp(data: bytes) -> int:
    """Where the last chunk of a kind that there is ends; the end of the data where that one is cut off."""
    return max((end + (end - begin) % 2 for _, begin, end in _chunks_of_webp(data)), default=_WEBP_START_BYTES)


def _chunks_of_webp(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of kinds that there are: name, and where what is in it begins and ends."""
    begin = _WEBP_START_BYTES + 8
    while (name := data[begin - 8 : begin - 4]) in _WEBP_CHUNKS:
        end = begin + int.from_bytes(data[begin - 4 : begin], "little")
        yield name, begin, end
        begin = end + (end - begin) % 2 + 8


def mend_jpeg_2000(data: bytes) -> bytes:
    """The data with an end marker; the decoder itself knows whether the tiles are all there."""
    return data if data.endswith(_CODE_STREAM_END) else data.removesuffix(b"\xff") + _CODE_STREAM_END


def _split_png(data: bytes) -> tuple[bytes, bytes, bool]:
    """What comes before the pixels, the pixels as far as they are there, and whether the last chunk is."""
    head = data[:_PNG_SIGNATURE_BYTES]
    pixels = []
    at = _PNG_SIGNATURE_BYTES
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if name == b"IEND" and at + _CHUNK_BYTES <= len(data):
            return head, b"", True
        if name == b"IDAT":
            pixels.append(data[at + 8 : at + 8 + length])
        elif not pixels:
            head = data[: at + _CHUNK_BYTES + length]
        at += _CHUNK_BYTES + length
    return head, b"".join(pixels), False


def _row_bytes(data: bytes) -> int:
    """The bytes of all rows of a PNG, each with the number of its filter."""
    width, height, depth, colour, _, _, is_interlaced = struct.unpack_from(">IIBBBBB", data.ljust(29, b"\0"), 16)
    bits = depth * _CHANNELS.get(colour, 4)
    total = 0
    for x, y, step_x, step_y in _PASSES if is_interlaced else ((0, 0, 1, 1),):
        columns, rows = -(-(width - x) // step_x), -(-(height - y) // step_y)
        if columns > 0 and rows > 0:
            total += ((columns * bits + 7) // 8 + 1) * rows
    return total


def _repack(packed: bytes, size: int) -> bytes:
    """A whole zlib stream of the first ``size`` bytes of a cut one; empty where it does not hold so many."""
    inflater, deflater = zlib.decompressobj(), zlib.compressobj(1)
    pieces = []
    while size > 0:
        try:
            piece = inflater.decompress(packed, min(size, _PIECE_BYTES))
        except zlib.error:
            return b""
        if not piece:
            return b""
        packed = inflater.unconsumed_tail
        size -= len(piece)
        pieces.append(deflater.compress(piece))
    return b"".join(pieces) + deflater.flush()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
