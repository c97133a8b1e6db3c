"""Several inputs of one stem and a folder: each has an output of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.cases.support import CASES, classify

if TYPE_CHECKING:
    from pathlib import Path

FILM = CASES / "15-anamorphic" / "square.mp4"


def picture(path: Path, grey: int) -> Path:
    path.parent.mkdir(exist_ok=True)
    assert cv2.imwrite(str(path), np.full((32, 48, 3), grey, np.uint8))
    return path


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        (["a.jpg", "a.png"], ["a.jpg.png", "a.png.png"]),
        (["x/a.png", "y/a.png", "b.bmp"], ["a.png.png", "a.png-2.png", "b.png"]),
        (["a.png", "A.png", "a.bmp"], ["a.png.png", "A.png-2.png", "a.bmp.png"]),
    ],
)
def test_no_picture_takes_the_name_of_another(tmp_path: Path, inputs: list[str], outputs: list[str]) -> None:
    given = [picture(tmp_path / name, 60 * number) for number, name in enumerate(inputs)]

    assert classify(*given, "--output", tmp_path / "out") == 0

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(outputs)
    for number, name in enumerate(outputs):
        drawn = cv2.imread(str(tmp_path / "out" / name))
        assert drawn is not None
        assert abs(int(drawn[-1, -1, 0]) - 60 * number) < 4


def test_a_picture_and_a_video_of_one_stem(tmp_path: Path) -> None:
    film = shutil.copy(FILM, tmp_path / "a.mkv")
    still = picture(tmp_path / "a.jpg", 90)

    assert classify(film, still, "--output", tmp_path / "out") == 0

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.mp4", "a.png"]


def test_the_whole_folder_as_one_input(tmp_path: Path) -> None:
    for name in ("a.jpg", "a.png", "a.jpe"):
        picture(tmp_path / "in" / name.replace("jpe", "jpeg"), 90)

    assert classify(tmp_path / "in", "--output", tmp_path / "out") == 0

    assert len(list((tmp_path / "out").iterdir())) == 3
