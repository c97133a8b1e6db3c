"""Reading a flatbuffer field by field, as much of the format as TFLite's metadata needs.

The format is FlatBuffers' published binary layout: little endian; a table starts with the distance back to its vtable;
the vtable holds, from its third 16-bit word on, the offset of each field within the table, 0 for an absent one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from mmap import mmap

_MOST_ENTRIES = 100_000
_MOST_NAME_BYTES = 256


@dataclass(frozen=True, slots=True)
class Table:
    """One table inside ``content``; a field is named by its number in the schema, absent fields read as empty.

    Every method raises ``struct.error`` where the content ends too early, and ``ValueError`` where a vector claims more
    entries than any model has.
    """

    content: bytes | mmap
    start: int

    @classmethod
    def root(cls, content: bytes | mmap) -> Self:
        """The table that the whole content describes."""
        return cls(content, _uint32(content, 0))

    def has(self, field: int) -> bool:
        """Whether the field is there."""
        return self._offset(field) > 0

    def uint8(self, field: int) -> int:
        """An 8-bit number or enumeration; 0 where absent."""
        offset = self._offset(field)
        return int(struct.unpack_from("<B", self.content, offset)[0]) if offset else 0

    def uint32(self, field: int) -> int:
        """A 32-bit number; 0 where absent."""
        offset = self._offset(field)
        return _uint32(self.content, offset) if offset else 0

    def byte_string(self, field: int, most_bytes: int) -> bytes:
        """A vector of bytes, or a string in UTF-8."""
        begin, count = self._vector(field, most_bytes)
        return self.content[begin : begin + count]

    def text(self, field: int) -> str:
        """A short string, such as a name."""
        return self.byte_string(field, _MOST_NAME_BYTES).decode("utf-8")

    def floats(self, field: int) -> tuple[float, ...]:
        """A vector of 32-bit floats."""
        begin, count = self._vector(field, _MOST_ENTRIES)
        return struct.unpack_from(f"<{count}f", self.content, begin)

    def int32s(self, field: int) -> tuple[int, ...]:
        """A vector of signed 32-bit numbers."""
        begin, count = self._vector(field, _MOST_ENTRIES)
        return struct.unpack_from(f"<{count}i", self.content, begin)

    def table(self, field: int) -> Table:
        """A table behind an offset (also a union's value)."""
        offset = self._offset(field)
        return Table(self.content, offset + _uint32(self.content, offset))

    def tables(self, field: int, most: int = _MOST_ENTRIES) -> tuple[Table, ...]:
        """A vector of tables."""
        begin, count = self._vector(field, most)
        offsets = range(begin, begin + 4 * count, 4)
        return tuple(Table(self.content, offset + _uint32(self.content, offset)) for offset in offsets)

    def _offset(self, field: int) -> int:
        vtable = self.start - int(struct.unpack_from("<i", self.content, self.start)[0])
        size, slot = _uint16(self.content, vtable), 4 + 2 * field
        offset = _uint16(self.content, vtable + slot) if slot < size else 0
        return self.start + offset if offset else 0

    def _vector(self, field: int, most: int) -> tuple[int, int]:
        offset = self._offset(field)
        if not offset:
            return 0, 0
        begin = offset + _uint32(self.content, offset)
        count = _uint32(self.content, begin)
        if count > most:
            raise ValueError(f"{count:,} entries where at most {most:,} are expected")
        return begin + 4, count


def _uint16(content: bytes | mmap, offset: int) -> int:
    return int(struct.unpack_from("<H", content, offset)[0])


def _uint32(content: bytes | mmap, offset: int) -> int:
    return int(struct.unpack_from("<I", content, offset)[0])
