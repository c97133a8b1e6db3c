"""What a file is, told by its first bytes: names lie, and some pictures come without an ending."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from edge.camera.tiff import is_camera_raw

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 1024


class Kind(Enum):
    """What can be done with a type."""

    PICTURE = "picture"
    UNREADABLE_PICTURE = "unreadable picture"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type of file; ``name`` as people call it, e.g. "JPEG"."""

    name: str
    kind: Kind


def _picture(name: str) -> MediaType:
    return MediaType(name, Kind.PICTURE)


def _unreadable(name: str) -> MediaType:
    return MediaType(name, Kind.UNREADABLE_PICTURE)


JPEG, PNG, GIF, BMP = _picture("JPEG"), _picture("PNG"), _picture("GIF"), _picture("BMP")
WEBP, TIFF, PNM = _picture("WebP"), _picture("TIFF"), _picture("PNM")
AVIF, JPEG_2000 = _picture("AVIF"), _picture("JPEG 2000")
HEIF, RAW = _unreadable("HEIF"), _unreadable("camera raw")
VIDEO = MediaType("video", Kind.VIDEO)

_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), media_type)
    for pattern, media_type in (
        (rb"\xff\xd8\xff", JPEG),
        (rb"\x89PNG\r\n\x1a\n", PNG),
        (rb"GIF8[79]a", GIF),
        (rb"BM.{12}[\x0c-\x7c]\x00\x00\x00", BMP),
        (rb"RIFF.{4}WEBP", WEBP),
        (rb"II\*\x00.{4}CR|IIR[OS]|IIU\x00|FUJIFILMCCD-RAW|.{4}ftypcrx ", RAW),
        (rb"II\*\x00|MM\x00\*", TIFF),
        (rb"II\+\x00\x08\x00|MM\x00\+\x00\x08", _unreadable("BigTIFF")),
        (rb"P[1-6]\s\s*[#0-9]|P7\s", PNM),
        (rb"\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", JPEG_2000),
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL \r\n\x87\n", _unreadable("JPEG XL")),
        (rb"8BPS", _unreadable("Photoshop")),
        (rb"v/1\x01", _unreadable("OpenEXR")),
        (rb"#\?RADIANCE", _unreadable("Radiance HDR")),
        (rb"\x59\xa6\x6a\x95", _unreadable("Sun raster")),
        (rb"(?:\xef\xbb\xbf)?\s*(?:<[?!][^<]*>\s*)*<svg[\s>]", _unreadable("vector (SVG)")),
        (rb".{4}(?:ftyp|moov|mdat|wide|skip|free)|\x1aE\xdf\xa3|RIFF.{4}AVI |FLV\x01|OggS|0&\xb2u\x8ef\xcf\x11", VIDEO),
        (rb"\x00\x00\x01[\xb0\xb3\xba]|\x00?\x00\x00\x01[\x09\x27\x40\x46\x67]|G.{187}G|.{4}G.{191}G", VIDEO),
    )
)
# ISO/IEC 23008-12, annex B, and the AVIF specification: what a file of pictures calls itself first.
_PICTURE_BRANDS = frozenset(
    {
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"hevm",
        b"hevs",
        b"mif1",
        b"mif2",
        b"msf1",
        b"jpeg",
        b"avci",
    }
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def media_type(head: bytes) -> MediaType | None:
    """The type of a file that begins with ``head``, of which 1024 bytes are looked at; None where it is not known."""
    if head[4:8] == b"ftyp" and (found := _of_brands(head)):
        return found
    found = next((media_type for signature, media_type in _SIGNATURES if signature.match(head)), None)
    return RAW if found is TIFF and is_camera_raw(head) else found


def media_type_of(path: Path) -> MediaType | None:
    """The type of a file; None where it is not known, cannot be read or is no regular file."""
    try:
        if not path.is_file():
            return None
        with path.open("rb", buffering=0) as file:
            return media_type(file.read(HEAD_BYTES))
    except OSError:
        return None


def _of_brands(head: bytes) -> MediaType | None:
    major = head[8:12]
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {major, *(head[at : at + 4] for at in range(16, end, 4))}
    if major in _AVIF_BRANDS or (major in _PICTURE_BRANDS and brands & _AVIF_BRANDS):
        return AVIF
    return HEIF if major in _PICTURE_BRANDS else None
