"""How an MP4 or MOV wants a track to be shown, for a PyAV that does not tell."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

HEAD = struct.Struct(">I4s")
LONG_SIZE = struct.Struct(">Q")
MATRIX_BYTES = 36
_MOST_HEADER_BYTES = 200  # those of both versions have fewer
# Where a track header (tkhd, ISO 14496-12) has the track's number and its matrix, by its version.
PLACES = {0: (12, 40), 1: (20, 52)}


def display_matrix(path: Path, track: int) -> NDArray[np.int32] | None:
    """The display matrix of the track with this number, ``(9,) int32``; None where the file has none."""
    with path.open("rb") as file:
        for header in _track_headers(file):
            number_at, matrix_at = PLACES.get(header[0] if header else -1, (0, 0))
            matrix = header[matrix_at : matrix_at + MATRIX_BYTES]
            if (
                matrix_at
                and len(matrix) == MATRIX_BYTES
                and header[number_at : number_at + 4] == track.to_bytes(4, "big")
            ):
                return np.frombuffer(matrix, ">i4").astype(np.int32)
    return None


def _track_headers(file: BinaryIO) -> Iterator[bytes]:
    for movie in _contents(file, (0, file.seek(0, 2)), b"moov"):
        for track in _contents(file, movie, b"trak"):
            for begin, end in _contents(file, track, b"tkhd"):
                file.seek(begin)
                yield file.read(min(end - begin, _MOST_HEADER_BYTES))


def _contents(file: BinaryIO, within: tuple[int, int], wanted: bytes) -> Iterator[tuple[int, int]]:
    """Where the content of each box of this kind begins and ends."""
    begin, end = within
    while begin + HEAD.size <= end:
        file.seek(begin)
        size, kind = HEAD.unpack(file.read(HEAD.size))
        content = begin + HEAD.size
        if size == 1 and content + LONG_SIZE.size <= end:
            (size,) = LONG_SIZE.unpack(file.read(LONG_SIZE.size))
            content += LONG_SIZE.size
        after = begin + size if size else end
        if not content <= after <= end:
            return
        if kind == wanted:
            yield content, after
        begin = after
