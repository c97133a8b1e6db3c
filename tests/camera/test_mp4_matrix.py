from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.camera.mp4_matrix import display_matrix
from edge.camera.orientation import AS_IT_IS, Orientation
from edge.camera.rgb import orientation_by_matrix
from tests.camera.support import numbered, write_video
from tests.cases.support import CASES

if TYPE_CHECKING:
    from pathlib import Path

MATRIX = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


def box(kind: bytes, content: bytes, *, long: bool = False) -> bytes:
    size = len(content) + (16 if long else 8)
    return (struct.pack(">I4sQ", 1, kind, size) if long else struct.pack(">I4s", size, kind)) + content


def track_header(version: int, track: int) -> bytes:
    times = struct.pack(">QQIIQ", 0, 0, track, 0, 9) if version else struct.pack(">IIIII", 0, 0, track, 0, 9)
    return box(b"tkhd", bytes([version, 0, 0, 3]) + times + bytes(16) + struct.pack(">9i", *MATRIX) + bytes(8))


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("long", [False, True])
def test_the_matrix_of_a_track_by_its_number(tmp_path: Path, version: int, long: bool) -> None:
    other = box(b"trak", box(b"tkhd", bytes(84)))
    wanted = box(b"trak", box(b"free", b"") + track_header(version, 7))
    path = tmp_path / "a.mp4"
    path.write_bytes(box(b"ftyp", b"isom") + box(b"mdat", bytes(99), long=long) + box(b"moov", other + wanted))
    matrix = display_matrix(path, 7)
    assert matrix is not None
    assert matrix.tolist() == list(MATRIX)
    assert orientation_by_matrix(matrix) == Orientation(quarter=True)
    assert display_matrix(path, 8) is None


def test_real_files() -> None:
    mirrored = display_matrix(CASES / "04-mirrored-video" / "hflip.mp4", 1)
    upright = display_matrix(CASES / "04-mirrored-video" / "base.mp4", 1)
    assert mirrored is not None
    assert upright is not None
    assert orientation_by_matrix(mirrored) == Orientation(hflip=True)
    assert orientation_by_matrix(upright) == AS_IT_IS


def test_what_is_no_mp4_or_damaged_has_none(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "a.mp4", numbered(2)).read_bytes()
    start = whole.index(b"tkhd")
    noise = np.random.default_rng(4).integers(0, 255, 400, np.uint8).tobytes()
    for data in (b"", b"abc", noise, whole[: start + 20], whole[: start - 2], box(b"moov", bytes(64))):
        path = tmp_path / "b.mp4"
        path.write_bytes(data)
        assert display_matrix(path, 1) is None
