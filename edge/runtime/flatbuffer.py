"""Reading a flatbuffer field by field, as much of the format as TFLite's metadata needs.

The format is FlatBuffers' published binary layout: little endian; a table starts with the distance back to its vtable;
the vtable holds, from its third 16-bit word on, the place of each field within the table, 0 for an absent one.
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
        return self._place(field) > 0

    def uint8(self, field: int) -> int:
        """An 8-bit number or enumeration; 0 where absent."""
        place = self._place(field)
        return int(struct.unpack_from("<B", self.content, place)[0]) if place else 0

    def uint32(self, field: int) -> int:
        """A 32-bit number; 0 where absent."""
        place = self._place(field)
        return _uint32(self.content, place) if place else 0

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

    def table(self, field: int) -> Table:
        """A table behind an offset (also a union's value)."""
        place = self._place(field)
        return Table(self.content, place + _uint32(self.content, place))

    def tables(self, field: int, most: int = _MOST_ENTRIES) -> tuple[Table, ...]:
        """A vector of tables."""
        begin, count = self._vector(field, most)
        places = range(begin, begin + 4 * count, 4)
        return tuple(Table(self.content, place + _uint32(self.content, place)) for place in places)

    def _place(self, field: int) -> int:
        vtable = self.start - int(struct.unpack_from("<i", self.content, self.start)[0])
        size, slot = _uint16(self.content, vtable), 4 + 2 * field
        offset = _uint16(self.content, vtable + slot) if slot < size else 0
        return self.start + offset if offset else 0

    def _vector(self, field: int, most: int) -> tuple[int, int]:
        place = self._place(field)
        if not place:
            return 0, 0
        begin = place + _uint32(self.content, place)
        count = _uint32(self.content, begin)
        if count > most:
            raise ValueError(f"{count:,} entries where at most {most:,} are expected")
        return begin + 4, count


def _uint16(content: bytes | mmap, place: int) -> int:
    return int(struct.unpack_from("<H", content, place)[0])


def _uint32(content: bytes | mmap, place: int) -> int:
    return int(struct.unpack_from("<I", content, place)[0])
