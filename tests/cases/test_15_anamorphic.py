"""Pixels that are not square: pictures are squared before anything looks at them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from edge.cli.main import main
from tests.camera.support import patches
from tests.cases.support import CASES, read_video
from tests.cases.test_04_mirrored_video import laid
from tests.cli.toys import pose_model

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = CASES / "15-anamorphic"
FRAMES = 8


def shaped(path: Path, aspect: Fraction, width: int = 96, height: int = 64, codec: str = "libx264") -> Path:
    """A video whose pixels have an aspect."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25, options={"preset": "ultrafast", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        for index in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(patches(width, height), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sizes(path: Path) -> list[tuple[int, int]]:
    return [(frame.width, frame.height) for frame in read_video(path)]


def test_the_file_of_the_case() -> None:
    square, wide = (read_video(FOLDER / name) for name in ("square.mp4", "wide-pixels.mp4"))
    assert {frame.size for frame in (*square, *wide)} == {(390, 480)}
    for one, other in zip(square, wide, strict=True):
        assert np.abs(one.image.astype(int) - other.image).mean() < 8


def test_results_and_the_annotated_video_are_of_the_squared_picture(tmp_path: Path) -> None:
    path, output = shaped(tmp_path / "wide.mp4", Fraction(2)), tmp_path / "out.mp4"
    assert main(["infer", "pose", str(path), "--model", str(pose_model(tmp_path)), "--output", str(output)]) == 0
    assert sizes(output) == [(192, 64)] * FRAMES


@pytest.mark.parametrize(
    ("name", "aspect", "size"),
    [
        ("a.mkv", Fraction(2), (192, 64)),
        ("a.ts", Fraction(2), (192, 64)),
        ("a.h264", Fraction(2), (192, 64)),
        ("a.mp4", Fraction(4, 3), (128, 64)),
        ("a.mp4", Fraction(1, 2), (96, 128)),
        ("a.mkv", Fraction(8, 9), (96, 72)),
        ("a.mp4", Fraction(1), (96, 64)),
        ("a.mp4", Fraction(0), (96, 64)),
        ("a.h264", Fraction(100), (96, 64)),
        ("a.h264", Fraction(1, 100), (96, 64)),
    ],
)
def test_others_of_the_kind(tmp_path: Path, name: str, aspect: Fraction, size: tuple[int, int]) -> None:
    assert sizes(shaped(tmp_path / name, aspect)) == [size] * FRAMES


def test_it_is_squared_before_it_is_turned(tmp_path: Path) -> None:
    path = laid(shaped(tmp_path / "turned.mp4", Fraction(2)), (0, 1, -1, 0))
    assert sizes(path) == [(64, 192)] * FRAMES


def test_the_aspect_changes_in_mid_stream(tmp_path: Path) -> None:
    aspects = (Fraction(2), Fraction(1), Fraction(4, 3))
    parts = [shaped(tmp_path / "part.h264", aspect).read_bytes() for aspect in aspects]
    (tmp_path / "changes.h264").write_bytes(b"".join(parts))
    assert sizes(tmp_path / "changes.h264") == [(192, 64)] * FRAMES + [(96, 64)] * FRAMES + [(128, 64)] * FRAMES
