"""A picture that changes its size while ``edge infer --output`` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from edge.cli.main import main
from tests.camera.support import write_video
from tests.cases.support import CASES
from tests.cli.toys import colour_model, pose_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.types import ImageArray

CHANGE = CASES / "14-size-change-output" / "change.h264"


def written(path: Path) -> list[ImageArray]:
    with av.open(str(path)) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def changing(path: Path, parts: Sequence[tuple[int, int, str]]) -> Path:
    """A bare H.264 stream: three green frames of each size and pixel format."""
    with path.open("wb") as file:
        for width, height, pixel_format in parts:
            image = np.full((height, width, 3), (0, 200, 0), np.uint8)
            part = write_video(
                path.with_name("part.h264"), [image] * 3, pixel_format=pixel_format, options={"preset": "ultrafast"}
            )
            file.write(part.read_bytes())
    return path


def test_the_file_of_the_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.mp4"
    assert main(["infer", "pose", str(CHANGE), "--model", str(pose_model(tmp_path)), "--output", str(output)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 14
    images = written(output)
    assert [image.shape for image in images] == [(390, 480, 3)] * 14
    # The small one is the same picture.
    assert np.abs(images[-1].astype(int) - images[0]).mean() < 12


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([(160, 96, "yuv420p"), (320, 192, "yuv420p")], id="larger"),
        pytest.param([(160, 96, "yuv420p"), (96, 160, "yuv420p")], id="upright"),
        pytest.param([(160, 96, "yuv420p"), (64, 64, "yuv420p"), (160, 96, "yuv420p")], id="there and back"),
        pytest.param([(160, 96, "yuv420p"), (160, 96, "yuv444p")], id="another pixel format"),
    ],
)
def test_others_of_the_kind(
    tmp_path: Path, parts: list[tuple[int, int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    path, output = changing(tmp_path / "change.h264", parts), tmp_path / "out.mp4"
    words = ["classification", str(path), "--model", str(colour_model(tmp_path)), "--output", str(output)]
    assert main(["infer", *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 * len(parts)
    assert all("green" in line for line in lines)
    images = written(output)
    assert [image.shape for image in images] == [(96, 160, 3)] * len(lines)
    assert all(image[60, 80].argmax() == 1 for image in images)
