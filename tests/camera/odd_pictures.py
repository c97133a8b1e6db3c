"""Pictures as people and cameras have them, made from bytes: old, cut, padded, of other kinds, and bombs."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.types import ImageArray

HUGE = 40_000


def scenery(width: int = 75, height: int = 61) -> ImageArray:
    """Smooth noise: nothing in it is of one colour, and JPEG hardly changes it."""
    noise = np.random.default_rng(5).integers(0, 255, (height, width, 3), np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 6), np.uint8)


def encoded(suffix: str, *options: int, image: ImageArray | None = None) -> bytes:
    """A picture as OpenCV writes it, :func:`scenery` unless told."""
    rgb = scenery() if image is None else image
    is_encoded, data = cv2.imencode(suffix, np.ascontiguousarray(rgb[..., ::-1]), list(options))
    assert is_encoded
    return data.tobytes()


def os2_bitmap(image: ImageArray) -> bytes:
    """A BMP with the header of OS/2 1.x, 24 bits a pixel."""
    height, width = image.shape[:2]
    rows = b"".join(row[:, ::-1].tobytes().ljust(-(-width * 3 // 4) * 4, b"\0") for row in image[::-1])
    header = struct.pack("<IHHHH", 12, width, height, 1, 24)
    return b"BM" + struct.pack("<IHHI", 26 + len(rows), 0, 0, 26) + header + rows


def windows_bitmap(image: ImageArray, header_bytes: int) -> bytes:
    """A BMP with a header as Windows has it, cut or filled to so many bytes, 24 bits a pixel."""
    height, width = image.shape[:2]
    rows = b"".join(row[:, ::-1].tobytes().ljust(-(-width * 3 // 4) * 4, b"\0") for row in image[::-1])
    header = struct.pack("<IiiHH", header_bytes, width, height, 1, 24).ljust(header_bytes, b"\0")
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + header_bytes) + header + rows


def paletted_bitmap(grey: ImageArray, header_bytes: int, colour_bytes: int) -> bytes:
    """A BMP of 256 colours: index / 2, 255 - index, index."""
    height, width = grey.shape
    palette = b"".join(bytes((i, 255 - i, i // 2)).ljust(colour_bytes, b"\0") for i in range(256))
    rows = b"".join(row.tobytes().ljust(-(-width // 4) * 4, b"\0") for row in grey[::-1])
    form = "<IHHHH" if header_bytes == 12 else "<IiiHH"
    header = struct.pack(form, header_bytes, width, height, 1, 8).ljust(header_bytes, b"\0")
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + header_bytes + len(palette)) + header + palette + rows


def chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """Names and bodies of the chunks of a PNG."""
    found, at = [], 8
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def png_of(*parts: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def interlaced_png(image: ImageArray) -> bytes:
    """A grey PNG in the seven passes of Adam7."""
    grey = image[..., 0]
    starts = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b"".join(b"\0" + row.tobytes() for x, y, dx, dy in starts for row in grey[y::dy, x::dx])
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 8, 0, 0, 0, 1)
    return png_of((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))


def bilevel_png(image: ImageArray) -> bytes:
    """A PNG of one bit a pixel."""
    packed = np.packbits(image[..., 0] > 127, axis=1)
    header = struct.pack(">IIBBBBB", image.shape[1], image.shape[0], 1, 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    return png_of((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))


def animated_png(pictures: list[ImageArray]) -> bytes:
    """An APNG of pictures of one size, half a second each."""
    height, width = pictures[0].shape[:2]
    packed = [zlib.compress(b"".join(b"\0" + row.tobytes() for row in picture)) for picture in pictures]
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"acTL", struct.pack(">II", len(pictures), 0)),
    ]
    for number, body in enumerate(packed):
        control = struct.pack(">IIIIIHHBB", max(0, 2 * number - 1), width, height, 0, 0, 1, 2, 0, 0)
        name, start = (b"fdAT", struct.pack(">I", 2 * number)) if number else (b"IDAT", b"")
        parts += [(b"fcTL", control), (name, start + body)]
    return png_of(*parts, (b"IEND", b""))


def exif_turned() -> bytes:
    """EXIF of a picture that is shown turned by a quarter."""
    return tiff({0x0112: (3, 6)})


def extended_webp(simple: bytes, exif: bytes) -> bytes:
    """A simple WebP of 75 by 61 as an extended one with EXIF behind its picture."""
    head = b"VP8X" + struct.pack("<II", 10, 0x08) + (74).to_bytes(3, "little") + (60).to_bytes(3, "little")
    body = (
        b"WEBP"
        + head
        + simple[12:]
        + b"EXIF"
        + struct.pack("<I", len(exif))
        + exif.ljust(-(-len(exif) // 2) * 2, b"\0")
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(name: bytes, body: bytes) -> bytes:
    """A box of the ISO base media file format."""
    return struct.pack(">I", 8 + len(body)) + name + body


def heic(major: bytes = b"heic", *compatible: bytes) -> bytes:
    """The beginning of a phone's picture."""
    return box(b"ftyp", major + bytes(4) + b"".join(compatible or (b"mif1", major))) + box(b"meta", bytes(40))


def tiff(entries: dict[int, tuple[int, int]], order: str = "<") -> bytes:
    """A TIFF of one directory; an entry's type is 3 (16 bit) or 4 (32 bit), and its value stands in itself."""
    fields = [
        struct.pack(f"{order}HHI", tag, kind, 1)
        + struct.pack(f"{order}{'H' if kind == 3 else 'I'}", value).ljust(4, b"\0")
        for tag, (kind, value) in sorted(entries.items())
    ]
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    return start + struct.pack(f"{order}H", len(fields)) + b"".join(fields) + bytes(4)


def _avif_bomb() -> bytes:
    extents = b"".join(box(b"ispe", struct.pack(">III", 0, *size)) for size in ((512, 512), (HUGE, HUGE), (64, 64)))
    return heic(b"avif")[:-48] + box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", extents)))


def _tiff_bomb(order: str) -> bytes:
    return tiff(
        {256: (4, HUGE), 257: (4, HUGE), 258: (3, 8), 259: (3, 1), 262: (3, 1), 273: (4, 0), 279: (4, 9)}, order
    )


JPEG_2000_START = b"\xff\x4f\xff\x51\x00\x2f\x00\x00"
_JP2_SIZE = JPEG_2000_START + struct.pack(">IIII", HUGE + 5, HUGE + 5, 5, 5)
_WEBP_SIDE = (HUGE - 1).to_bytes(3, "little")
_IHDR = struct.pack(">IIBBBBB", HUGE, HUGE, 8, 2, 0, 0, 0)
_SOF = struct.pack(">HBHHB", 11, 8, HUGE, HUGE, 1) + b"\x01\x11\x00"
BOMBS = {
    "png": png_of((b"IHDR", _IHDR), (b"IEND", b"")),
    "jpg": b"\xff\xd8\xff\xc0" + _SOF + b"\xff\xd9",
    "two-frames.jpg": b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xc0" + _SOF + b"\xff\xd9",
    "gif": b"GIF89a" + struct.pack("<HHBBB", HUGE, HUGE, 0, 0, 0) + b";",
    "bmp": b"BM" + struct.pack("<IHHIIiiHHI", 0, 0, 0, 54, 40, HUGE, -HUGE, 1, 24, 0) + bytes(20),
    "os2.bmp": b"BM" + struct.pack("<IHHIIHHHH", 0, 0, 0, 26, 12, HUGE, HUGE, 1, 24),
    "webp": b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<II", 10, 0) + _WEBP_SIDE * 2,
    "tif": _tiff_bomb("<"),
    "motorola.tif": _tiff_bomb(">"),
    "tiles.tif": tiff({256: (3, 16), 257: (3, 16), 322: (4, HUGE), 323: (4, HUGE)}),
    "pgm": b"P5 %d %d 255\n" % (HUGE, HUGE),
    "commented.ppm": b"P6\n# by hand\n%d\t# wide\n%d\n255\n" % (HUGE, HUGE),
    "pbm": b"P4\n%d %d\n" % (HUGE, HUGE),
    "pam": b"P7\nWIDTH %d\nHEIGHT %d\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" % (HUGE, HUGE),
    "jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + box(b"jp2c", _JP2_SIZE),
    "j2k": _JP2_SIZE,
    "avif": _avif_bomb(),
}  # fmt: skip
"""Pictures of 1600 million pixels in a few bytes, by their endings."""
