from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from edge.camera.image_folder import read_folder
from edge.errors import InputError
from tests.camera import odd_pictures as odd

if TYPE_CHECKING:
    from pathlib import Path

JPEG = odd.encoded(".jpg")


def fill(folder: Path, **files: bytes) -> Path:
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def test_pictures_are_known_by_what_is_in_them(tmp_path: Path) -> None:
    fill(tmp_path, a_jpe=JPEG, b=JPEG, c_mp4=JPEG, d_jp2=odd.JPEG_2000_START, e_tmp=odd.encoded(".png"))
    found = read_folder(tmp_path)
    assert [path.name for path in found.images] == ["a.jpe", "b", "c.mp4", "d.jp2", "e.tmp"]
    assert not found.left_out
    assert not found.has_unreadable


def test_what_is_called_a_picture_and_is_none_stays_to_be_told(tmp_path: Path) -> None:
    assert [path.name for path in read_folder(fill(tmp_path, a_JPG=b"damaged")).images] == ["a.JPG"]


def test_what_is_left_out_is_named_in_one_sentence(tmp_path: Path) -> None:
    heics = {f"IMG{number}_HEIC": odd.heic() for number in range(1000)}
    fill(tmp_path, a_jpg=JPEG, film_jpg=odd.heic(b"isom"), notes_txt=b"hello", **heics)
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").write_bytes(b"hello")
    (tmp_path / "._a.jpg").write_bytes(b"litter of a laptop")

    found = read_folder(tmp_path)

    assert [path.name for path in found.images] == ["a.jpg"]
    assert found.has_unreadable
    assert found.left_out == (
        "1003 left out: IMG0.HEIC, IMG1.HEIC, IMG10.HEIC and 997 more (HEIF is not read; convert it to JPEG first, for "
        "example with heif-convert of the package libheif-examples); film.jpg (a video; name it itself); notes.txt (no "
        "picture); sub (a folder; name it itself)"
    )


def test_other_things_are_no_pictures_that_are_missed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = read_folder(fill(tmp_path, a_jpg=JPEG, notes=b"hello"))
    assert found.left_out == "2 left out: notes, pipe (no picture)"
    assert not found.has_unreadable


def test_a_folder_without_pictures_is_an_error_that_says_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no pictures that can be read$"):
        read_folder(tmp_path)
    with pytest.raises(InputError, match=r"holds no pictures that can be read; 1 left out: a\.heic \(HEIF is not read"):
        read_folder(fill(tmp_path, a_heic=odd.heic()))
    with pytest.raises(InputError, match="does not exist"):
        read_folder(tmp_path / "gone")
    with pytest.raises(InputError, match="is not a folder"):
        read_folder(tmp_path / "a.heic")
