"""A phone's picture is a grid of tiles: the whole of it or a sentence, never one tile."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest

from edge.camera.stills import StillsCamera
from edge.camera.video import VideoCamera
from edge.errors import InputError
from tests.camera import odd_pictures as odd
from tests.cases.support import CASES, classify

if TYPE_CHECKING:
    from pathlib import Path

HEIC = CASES / "02-heic-tiles" / "IMG_0001.HEIC"
SENTENCE = "HEIF is not read; convert it to JPEG first, for example with heif-convert of the package libheif-examples"


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "IMG_0001.heif", "IMG_0001.jpg", "IMG_0001.mp4", "IMG_0001"])
def test_a_phones_picture_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    picture = shutil.copy(HEIC, tmp_path / name)

    assert classify(picture) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert f"edge: {picture} is a HEIF picture, which is not read; convert it to JPEG first, for example" in said.err


@pytest.mark.parametrize("name", ["picture.jfif", "picture.jpe", "picture", "picture.mp4", "picture.HEIC"])
def test_a_picture_is_one_whatever_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / name).write_bytes(odd.encoded(".jpg"))

    assert classify(tmp_path / name) == 0
    assert classify(tmp_path) == 0

    assert [line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()] == [str(tmp_path / name)] * 2


def test_a_video_with_the_name_of_a_picture_is_a_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    video = shutil.copy(CASES / "15-anamorphic" / "square.mp4", tmp_path / "film.jpg")

    assert classify(video, "--output", tmp_path / "out") == 0

    assert len(capsys.readouterr().out.splitlines()) > 1
    assert (tmp_path / "out" / "film.mp4").exists()


def test_as_a_video_it_is_told_too() -> None:
    with pytest.raises(InputError, match=r"is a picture \(HEIF\) and no video; convert it to JPEG first"):
        VideoCamera(HEIC, loop=False, realtime=False)


def test_a_folder_names_what_it_leaves_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(20):
        shutil.copy(HEIC, tmp_path / f"IMG_{number:04}.HEIC")
    (tmp_path / "seen.jpg").write_bytes(odd.encoded(".jpg"))

    assert classify(tmp_path) == 1

    said = capsys.readouterr()
    assert said.out.startswith(f"{tmp_path / 'seen.jpg'}: ")
    left_out = f"20 left out: IMG_0000.HEIC, IMG_0001.HEIC, IMG_0002.HEIC and 17 more ({SENTENCE})"
    assert f"edge: {tmp_path}: {left_out}\n" in said.err


def test_stills_names_what_it_leaves_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    shutil.copy(HEIC, tmp_path)
    (tmp_path / "seen").write_bytes(odd.encoded(".jpg"))

    with caplog.at_level(logging.WARNING, "edge"):
        StillsCamera(tmp_path, loop=True, realtime=False).close()

    assert caplog.messages == [f"{tmp_path}: 1 left out: IMG_0001.HEIC ({SENTENCE})"]
