"""The first directory of a TIFF file (TIFF 6.0, section 2): what the picture in it measures, before it is decoded."""

from __future__ import annotations

import struct

_NEW_SUBFILE_TYPE, _WIDTH, _LENGTH, _TILE_WIDTH, _TILE_LENGTH, _DNG_VERSION = 254, 256, 257, 322, 323, 50706
_ORIENTATION = 274
_ENTRY_BYTES = 12
_MOST_ENTRIES = 4096
# Type of a value to its struct format: BYTE, SHORT, LONG.
_FORMATS = {1: "B", 3: "H", 4: "I"}


def tiff_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of the first picture, or of its tiles where those are larger; None where they are not told."""
    tags = _read_tags(data)
    if not tags.get(_WIDTH) or not tags.get(_LENGTH):
        return None
    return max(tags[_WIDTH], tags.get(_TILE_WIDTH, 0)), max(tags[_LENGTH], tags.get(_TILE_LENGTH, 0))


def is_camera_raw(data: bytes) -> bool:
    """Whether it is a camera's raw file in the clothes of a TIFF: what comes first in those is a small preview."""
    tags = _read_tags(data)
    return _DNG_VERSION in tags or bool(tags.get(_NEW_SUBFILE_TYPE, 0) & 1)


def exif_orientation(data: bytes) -> int:
    """How the picture is laid, 1 to 8; 1 is as it is to be seen, and where nothing is told."""
    return _read_tags(data).get(_ORIENTATION, 1)


def _read_tags(data: bytes) -> dict[int, int]:
    """The first value of each entry that has its value in itself, as far as ``data`` goes."""
    order = "<" if data.startswith(b"II") else ">"
    tags: dict[int, int] = {}
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(min(count, _MOST_ENTRIES)):
            offset = at + 2 + entry * _ENTRY_BYTES
            tag, kind = struct.unpack_from(f"{order}HH", data, offset)
            if kind in _FORMATS:
                # The first of a tag counts, as with libtiff.
                tags.setdefault(tag, struct.unpack_from(f"{order}{_FORMATS[kind]}", data, offset + 8)[0])
    except struct.error:
        pass  # cut off; what was read before is kept
    return tags
