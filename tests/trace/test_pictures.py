"""Frames beside a trace: bounded, and whatever goes wrong is a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import EdgeError
from edge.trace.pictures import PictureFolder, folder_of, picture_of
from tests.support import make_frame, picture

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray


def slope() -> ImageArray:
    """Red grows to the right, blue downwards."""
    rows, columns = np.mgrid[0:48, 0:64]
    return np.stack([columns * 4, np.zeros_like(rows), rows * 5], axis=2).astype(np.uint8)


def test_a_picture_comes_back_much_the_same(tmp_path: Path) -> None:
    trace = tmp_path / "t.jsonl"

    assert PictureFolder(trace).keep(make_frame(slope(), number=7))

    back = picture(picture_of(trace, 7))
    assert back.shape == (48, 64, 3)
    assert np.abs(back.astype(int) - slope()).mean() < 5


def test_when_it_is_full_no_more_are_kept(tmp_path: Path) -> None:
    pictures = PictureFolder(tmp_path / "t.jsonl", most_bytes=1500)

    kept = [pictures.keep(make_frame(slope(), number=number)) for number in range(10)]

    assert kept == sorted(kept, reverse=True)
    assert 0 < sum(kept) < 10
    assert pictures.is_full
    sizes = [path.stat().st_size for path in folder_of(tmp_path / "t.jsonl").iterdir()]
    assert len(sizes) == sum(kept)
    assert sum(sizes) == pictures.size_bytes


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match=r"t\.frames: the folder for frames cannot be made \(No such file"):
        PictureFolder(tmp_path / "none" / "t.jsonl")


def test_a_picture_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    pictures = PictureFolder(tmp_path / "t.jsonl")
    pictures.path.rmdir()

    with pytest.raises(EdgeError, match=r"00000000\.jpg cannot be written: No such file"):
        pictures.keep(make_frame(slope()))
