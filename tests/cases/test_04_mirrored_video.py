"""All eight ways in which a video may ask to be shown."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.camera.open import open_camera
from edge.camera.settings import CameraSettings
from tests.camera.support import patches, write_video
from tests.cases.support import CASES, read_video

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.types import ImageArray

    Show = Callable[[ImageArray], ImageArray]

FOLDER = CASES / "04-mirrored-video"
UPRIGHT = (1, 0, 0, 1)
WAYS: dict[str, tuple[tuple[int, int, int, int], Show]] = {
    "as it is": (UPRIGHT, np.asarray),
    "left and right swapped": ((-1, 0, 0, 1), np.fliplr),
    "upside down in a mirror": ((1, 0, 0, -1), np.flipud),
    "half a turn": ((-1, 0, 0, -1), lambda image: np.rot90(image, 2)),
    "a quarter clockwise": ((0, 1, -1, 0), lambda image: np.rot90(image, -1)),
    "a quarter anticlockwise": ((0, -1, 1, 0), np.rot90),
    "transposed": ((0, 1, 1, 0), lambda image: image.transpose(1, 0, 2)),
    "transposed the other way": ((0, -1, -1, 0), lambda image: np.rot90(image, 2).transpose(1, 0, 2)),
}


def laid(path: Path, way: tuple[int, int, int, int]) -> Path:
    """The same MP4 with another display matrix in the header of its track."""

    def packed(right_x: int, right_y: int, down_x: int, down_y: int) -> bytes:
        rows = (right_x << 16, right_y << 16, 0, down_x << 16, down_y << 16, 0, 0, 0, 1 << 30)
        return struct.pack(">9i", *rows)

    data = path.read_bytes()
    start = data.index(b"tkhd")
    path.write_bytes(data[:start] + data[start:].replace(packed(*UPRIGHT), packed(*way), 1))
    return path


def corners(path: Path) -> Path:
    """A video in which no two of the eight ways look the same."""
    image = patches(96, 64)
    image[:32] //= 2
    return write_video(path, [image] * 2, options={"preset": "ultrafast", "crf": "4"})


def test_the_file_of_the_case() -> None:
    plain, mirrored = (read_video(FOLDER / name) for name in ("base.mp4", "hflip.mp4"))
    assert len(plain) == len(mirrored) == 7
    for one, other in zip(plain, mirrored, strict=True):
        np.testing.assert_array_equal(other.image, np.fliplr(one.image))


@pytest.mark.parametrize("way", WAYS)
def test_all_eight(tmp_path: Path, way: str) -> None:
    path = corners(tmp_path / "way.mp4")
    (coded, _) = read_video(path)
    matrix, show = WAYS[way]
    (shown, _) = read_video(laid(path, matrix))
    np.testing.assert_array_equal(shown.image, show(coded.image))
    assert shown.image.flags.c_contiguous


@pytest.mark.parametrize("way", WAYS)
def test_the_cameras_own_turn_comes_after_it(tmp_path: Path, way: str) -> None:
    path = corners(tmp_path / "way.mp4")
    (coded, _) = read_video(path)
    matrix, show = WAYS[way]
    laid(path, matrix)
    keys: dict[str, Any] = {"source": f"video:{path}", "realtime": False, "rotate": 90, "hflip": True}
    camera = open_camera(CameraSettings(**keys))
    frame = camera.read()
    camera.close()
    assert frame is not None
    np.testing.assert_array_equal(frame.rgb(), np.fliplr(np.rot90(show(coded.image), -1)))


@pytest.mark.parametrize("way", [(0, 0, 0, 0), (2, 0, 0, 2)])
def test_a_matrix_without_a_turn_changes_nothing(tmp_path: Path, way: tuple[int, int, int, int]) -> None:
    path = corners(tmp_path / "way.mp4")
    (coded, _) = read_video(path)
    (shown, _) = read_video(laid(path, way))
    np.testing.assert_array_equal(shown.image, coded.image)
