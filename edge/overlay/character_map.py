"""Which characters a TrueType font has glyphs for."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Characters: TypeAlias = NDArray[np.bool_]

PLANE = 0x10000
"""How many characters there are in Unicode's first plane, which holds all living scripts."""
_UNICODE = (3, 1)
"""Platform and encoding: Windows, the first plane."""


def characters_of(font: bytes) -> Characters:
    """For which characters of the first plane there is a glyph, ``(65536,) bool``.

    Read from the table ``cmap`` in its format 4, which all fonts for screens have: see OpenType, "cmap".

    Raises:
        ValueError: it is no font of that kind.
    """
    has_glyph = np.zeros(PLANE, np.bool_)
    table = _segments_at(font)
    (double_count,) = struct.unpack_from(">H", font, table + 6)
    count = double_count // 2
    ends = np.frombuffer(font, ">u2", count, table + 14).tolist()
    others = np.frombuffer(font, ">u2", 3 * count, table + 16 + double_count).reshape(3, count).tolist()
    offsets_at = table + 16 + 3 * double_count
    for index, (end, start, delta, offset) in enumerate(zip(ends, *others, strict=True)):
        if offset:
            glyphs = np.frombuffer(font, ">u2", end - start + 1, offsets_at + 2 * index + offset)
        else:
            glyphs = (np.arange(start, end + 1) + delta) % PLANE
        has_glyph[start : end + 1] = glyphs != 0
    return has_glyph


def _segments_at(font: bytes) -> int:
    """Where the part of ``cmap`` in format 4 begins."""
    cmap = next((at for tag, at in _tables(font) if tag == b"cmap"), None)
    if cmap is None:
        raise ValueError("this is no TrueType font: it has no table cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * index)
        if (platform, encoding) == _UNICODE and font[cmap + offset : cmap + offset + 2] == b"\0\4":
            return cmap + int(offset)
    raise ValueError("the font's table cmap has nothing of format 4 for Unicode")


def _tables(font: bytes) -> Iterator[tuple[bytes, int]]:
    """The names of a font's tables, and where each begins."""
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        yield tag, offset
