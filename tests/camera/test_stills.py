from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.camera.pace import Pacer
from edge.camera.stills import StillsCamera
from edge.errors import InputError
from edge.types import NS_PER_S
from tests.camera.odd_pictures import heic
from tests.camera.support import patches

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame, ImageArray


def save(path: Path, image: ImageArray | None = None) -> Path:
    rgb = patches() if image is None else image
    assert cv2.imwrite(str(path), np.ascontiguousarray(rgb[..., ::-1]))
    return path


def read_all(camera: StillsCamera, at_most: int = 100) -> list[Frame]:
    return [frame for _, frame in zip(range(at_most), iter(camera.read, None), strict=False) if frame]


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


def test_what_else_a_folder_holds_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save(tmp_path / "a.png")
    (tmp_path / "b.heic").write_bytes(heic())
    with caplog.at_level(logging.WARNING, "edge"):
        read_all(StillsCamera(tmp_path, loop=True, realtime=False), at_most=3)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{tmp_path}: 1 left out: b.heic (HEIF is not read; convert it to JPEG")


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
