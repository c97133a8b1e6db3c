from __future__ import annotations

import logging
import os
import struct
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.camera import stills
from edge.camera.pace import Pacer
from edge.camera.stills import StillsCamera, load_image
from edge.errors import InputError
from edge.types import NS_PER_S
from tests.camera.support import PRIMARIES, patches

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame, ImageArray


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:
    return tmp_path_factory


def save(path: Path, image: ImageArray | None = None) -> Path:
    rgb = patches() if image is None else image
    assert cv2.imwrite(str(path), np.ascontiguousarray(rgb[..., ::-1]))
    return path


def read_all(camera: StillsCamera, at_most: int = 100) -> list[Frame]:
    return [frame for _, frame in zip(range(at_most), iter(camera.read, None), strict=False) if frame]


@pytest.mark.parametrize("suffix", ["png", "bmp", "jpg", "webp", "tif", "ppm"])
def test_every_format_gives_the_same_colours(tmp_path: Path, suffix: str) -> None:
    image = load_image(save(tmp_path / f"patches.{suffix}"))
    assert image.shape == (64, 384, 3)
    assert np.abs(image[32, 32::64].astype(int) - np.array(PRIMARIES)).max() <= 8


def test_grey_alpha_and_sixteen_bits_become_rgb(tmp_path: Path) -> None:
    grey = np.full((4, 6), 77, np.uint8)
    cv2.imwrite(str(tmp_path / "grey.png"), grey)
    cv2.imwrite(str(tmp_path / "alpha.png"), np.dstack([grey, grey, grey, grey // 2]))
    cv2.imwrite(str(tmp_path / "deep.png"), np.full((4, 6, 3), 77 * 256 + 9, np.uint16))
    for name in ("grey.png", "alpha.png", "deep.png"):
        image = load_image(tmp_path / name)
        assert image.shape == (4, 6, 3)
        assert image.dtype == np.uint8
        assert np.unique(image).tolist() == [77]


@pytest.mark.parametrize(("orientation", "shape"), [(1, (64, 384, 3)), (3, (64, 384, 3)), (6, (384, 64, 3))])
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, shape: tuple[int, ...]) -> None:
    path = save(tmp_path / "phone.jpg")
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    segment = b"Exif\x00\x00" + tiff
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[2:])
    image = load_image(path)
    assert image.shape == shape
    first = image[10, 10] if orientation == 1 else image[-10, -10] if orientation == 3 else image[10, 32]
    assert np.abs(first.astype(int) - (255, 0, 0)).max() < 10


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp"])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.98])
def test_a_truncated_picture_is_named_as_such(tmp_path: Path, suffix: str, kept: float) -> None:
    path = save(tmp_path / f"cut.{suffix}", np.random.default_rng(3).integers(0, 255, (80, 120, 3), np.uint8))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(InputError, match=rf"cut\.{suffix} is truncated"):
        load_image(path)


def test_a_truncated_progressive_jpeg_is_found_and_a_whole_one_is_read(tmp_path: Path) -> None:
    image = np.random.default_rng(4).integers(0, 255, (80, 120, 3), np.uint8)
    path = tmp_path / "progressive.jpg"
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_RST_INTERVAL, 2])
    assert load_image(path).shape == (80, 120, 3)
    # Some cameras put more behind the end of the picture.
    path.write_bytes(path.read_bytes() + b"motion photo" * 9)
    assert load_image(path).shape == (80, 120, 3)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="truncated"):
        load_image(path)


def test_what_is_no_picture_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "empty.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    size = struct.pack(">II", 40_000, 30_000)
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + b"\x08\x02IEND")
    expected = {
        "missing.png": "does not exist",
        ".": "is a folder",
        "empty.png": "is empty",
        "pipe.png": "is not a regular file",
        "text.png": "is not a picture",
        "bomb.png": "40000x30000 pixels",
    }
    for name, message in expected.items():
        with pytest.raises(InputError, match=message):
            load_image(tmp_path / name)
    monkeypatch.setattr(stills, "MAX_FILE_BYTES", 5)
    with pytest.raises(InputError, match="larger than"):
        load_image(tmp_path / "text.png")


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM"]))
def test_any_bytes_give_a_picture_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.png"
    path.write_bytes(start + body)
    try:
        image = load_image(path)
    except InputError as error:
        assert str(path) in str(error)  # noqa: PT017 - most bytes are no picture, a few may be
    else:
        assert image.ndim == 3


def test_pictures_come_in_name_order_each_a_segment(tmp_path: Path) -> None:
    for name, value in (("b.png", 20), ("a.jpg", 10), ("C.PNG", 30)):
        save(tmp_path / name, np.full((8, 8, 3), value, np.uint8))
    (tmp_path / "notes.txt").write_text("not shown")
    (tmp_path / "._a.jpg").write_text("litter of a laptop")
    frames = read_all(StillsCamera(tmp_path, loop=False, realtime=False))
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [30, 10, 20]
    assert [frame.segment for frame in frames] == [0, 1, 2]
    assert [frame.number for frame in frames] == [0, 1, 2]
    assert [frame.timestamp_ns for frame in frames] == [0, NS_PER_S, 2 * NS_PER_S]


def test_files_come_in_the_order_given(tmp_path: Path) -> None:
    paths = [save(tmp_path / f"{value}.png", np.full((8, 8, 3), value, np.uint8)) for value in (50, 40, 60)]
    camera = StillsCamera(paths, loop=False, realtime=False)
    assert camera.frame_count == 3
    assert [int(frame.image[0, 0, 0]) for frame in read_all(camera)] == [50, 40, 60]


def test_a_picture_that_cannot_be_read_is_left_out_and_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("no picture")
    save(tmp_path / "c.png")
    with caplog.at_level(logging.WARNING, "edge"):
        frames = read_all(StillsCamera(tmp_path, loop=True, realtime=False), at_most=7)
    assert [frame.segment for frame in frames] == list(range(7))
    assert caplog.text.count("b.png") == 1


def test_realtime_shows_each_for_its_interval(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        save(tmp_path / name)
    waits_s: list[float] = []
    pacer = Pacer(lambda: round(sum(waits_s) * NS_PER_S), waits_s.append)
    camera = StillsCamera(tmp_path, loop=True, realtime=True, interval_s=2.5, pacer=pacer)
    frames = read_all(camera, at_most=4)
    assert camera.live
    assert waits_s == pytest.approx([2.5, 2.5, 2.5])
    assert frames[3].captured_ns == round(7.5 * NS_PER_S)


def test_no_picture_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no pictures"):
        StillsCamera(tmp_path, loop=False, realtime=False)
    with pytest.raises(InputError, match="does not exist"):
        StillsCamera(tmp_path / "gone", loop=False, realtime=False)
    (tmp_path / "bad.png").write_text("no picture")
    with pytest.raises(InputError, match="not one picture can be read"):
        StillsCamera(tmp_path, loop=True, realtime=False)
    with pytest.raises(InputError, match="is not a folder"):
        StillsCamera(tmp_path / "bad.png", loop=False, realtime=False)
    with pytest.raises(InputError, match="not one picture can be read"):
        StillsCamera([], loop=True, realtime=False)


def test_after_close_there_is_nothing(tmp_path: Path) -> None:
    save(tmp_path / "a.png")
    camera = StillsCamera(tmp_path, loop=True, realtime=True)
    camera.close()
    camera.close()
    assert camera.read() is None
