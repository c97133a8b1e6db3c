"""How many pictures a GIF holds, from its blocks (GIF89a, sections 15 to 26)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mmap import mmap

_HEADER_BYTES = 13
_IMAGE, _EXTENSION = 0x2C, 0x21
_IMAGE_BYTES, _EXTENSION_BYTES = 10, 2


def count_pictures(data: bytes | mmap, at_most: int = 2) -> int:
    """The pictures whose data are all there, no more than ``at_most`` of them.

    The data of a picture end with an empty block; where the file ends right before that, they are all there, too.
    """
    at = _HEADER_BYTES + _table_bytes(data, 10)
    found = 0
    while found < at_most and at < len(data):
        if data[at] == _IMAGE:
            # Behind the place of the picture and its colours stands one byte, the size of a code.
            at = _end_of_blocks(data, at + _IMAGE_BYTES + _table_bytes(data, at + 9) + 1)
            found += at <= len(data)
        elif data[at] == _EXTENSION:
            at = _end_of_blocks(data, at + _EXTENSION_BYTES)
        else:
            break
    return found


def _table_bytes(data: bytes | mmap, at: int) -> int:
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _end_of_blocks(data: bytes | mmap, at: int) -> int:
    """Behind the empty block, or behind the last whole one; beyond the data where a block is cut off or none begins."""
    start = at
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at == start and at >= len(data):
        return len(data) + 1
    return at + 1 if at < len(data) else at
