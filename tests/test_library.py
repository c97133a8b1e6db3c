"""Edge in a script of one's own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import edge
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier, dot_pose

if TYPE_CHECKING:
    from pathlib import Path

GREEN = np.full((48, 64, 3), (0, 200, 0), np.uint8)


def colours(folder: Path) -> str:
    return str(append_files(colour_classifier(folder / "colours.tflite"), {"labels.txt": "red\ngreen\nblue\n"}))


def test_the_exported_names_are_promised() -> None:
    assert sorted(edge.__all__) == [
        *("Box", "Category", "CategoryResult", "EdgeError", "Face", "FaceResult", "Frame", "Hand", "HandsResult"),
        *("Keypoint", "OpenTask", "Pose", "PoseResult", "Settled", "open_task"),
    ]
    assert all(getattr(edge, name).__name__ == name for name in edge.__all__)
    with pytest.raises(AttributeError, match="no attribute 'open_tsak'"):
        _ = edge.open_tsak


def test_to_import_edge_loads_nothing_else() -> None:
    code = "import sys, edge; print(*(name for name in sys.modules if name.startswith('edge.')))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "\n"


def test_a_picture_is_classified(tmp_path: Path) -> None:
    task = edge.open_task("classification", model=colours(tmp_path), max_results=1)

    result = task.detect(GREEN)

    assert isinstance(result, edge.CategoryResult)
    assert [category.category_name for category in result.categories] == ["green"]
    assert task.model == "colours"


def test_unrelated_pictures_stand_for_themselves_and_a_stream_goes_on(tmp_path: Path) -> None:
    path = str(dot_pose(tmp_path / "pose.tflite"))
    image = make_frame().image.copy()
    image[235:245, 315:325] = (255, 0, 0)
    still, stream = edge.open_task("pose", model=path), edge.open_task("pose", model=path, stream=True)

    for task in (still, stream):
        ids = []
        for number in range(3):
            result = task.detect(image, time_s=number / 10)
            assert isinstance(result, edge.PoseResult)
            ids.append([pose.id for pose in result.people])
        assert ids == [[1], [1], [1]]
    still.detect(image, time_s=0.0)
    with pytest.raises(ValueError, match=r"time_s = 0\.1 is not after the picture before, 0\.2"):
        stream.detect(image, time_s=0.1)


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
def test_what_is_no_picture_is_told(tmp_path: Path, image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    with pytest.raises(ValueError, match="a picture is"):
        edge.open_task("classification", model=colours(tmp_path)).detect(image)


@pytest.mark.parametrize(
    ("name", "keys", "message"),
    [
        ("poze", {}, "there is no task 'poze'; the tasks are pose, "),
        ("pose", {"score_threshold": 2}, "pose.score_threshold = 2: must be a number from 0 to 1"),
        ("pose", {"score_treshold": 0.2}, "did you mean pose.score_threshold?"),
        ("pose", {"model": "movenet-lightnig"}, "movenet-lightning"),
    ],
)
def test_a_mistake_is_one_sentence(name: str, keys: dict[str, object], message: str) -> None:
    with pytest.raises(edge.EdgeError) as told:
        edge.open_task(name, **keys)  # type: ignore[arg-type]
    assert message in str(told.value)
