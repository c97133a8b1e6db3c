"""``edge infer`` and ``edge run`` with models that answer some pictures with what is no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.cli.main import main
from edge.overlay.video_writer import VideoWriter
from tests.cli.toys import picture_file
from tests.odd_models import blind_pose, colours, divided, softmax, summing_shares

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import TaskName

GREY, BLACK = (90, 90, 90), (0, 0, 0)
WHY = "the model's answer is not a number (NaN or infinite)"


def model(task: TaskName, folder: Path) -> Path:
    """One that has no answer to a black picture."""
    path = folder / "m.tflite"
    if task == "pose":
        return blind_pose(path)
    if task == "action":
        return summing_shares(path)
    return colours(path, lambda b, logits: softmax(b, divided(b, logits)))


def picture(path: Path, colour: tuple[int, int, int]) -> Path:
    return picture_file(path, np.full((16, 16, 3), colour, np.uint8))


@pytest.mark.parametrize("task", ["pose", "classification", "action"])
def test_a_picture_without_an_answer_is_an_error_and_the_others_are_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], task: TaskName
) -> None:
    pictures = [picture(tmp_path / f"{i}.png", colour) for i, colour in enumerate((GREY, BLACK, GREY))]

    status = main(["infer", task, *map(str, pictures), "--model", str(model(task, tmp_path))])

    written = capsys.readouterr()
    assert status == 1
    assert [line.partition(": ")[0] for line in written.out.splitlines()] == [str(pictures[0]), str(pictures[2])]
    assert f"edge: {pictures[1]}: {tmp_path / 'm.tflite'}: {WHY}" in written.err


def test_of_a_video_all_other_frames_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = tmp_path / "clip.mkv"
    with VideoWriter(clip) as writer:
        for number in range(20):
            writer.write(np.full((64, 64, 3), BLACK if number in {7, 8} else GREY, np.uint8), round(number / 20 * 1e9))

    status = main(["infer", "classification", str(clip), "--model", str(model("classification", tmp_path))])

    written = capsys.readouterr()
    assert status == 1
    assert len(written.out.splitlines()) == 18
    assert f"edge: {clip}: 2 frames had no result: {tmp_path / 'm.tflite'}: {WHY}" in written.err


def test_the_daemon_tells_of_it_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stills = tmp_path / "stills"
    stills.mkdir()
    for number, colour in enumerate((GREY, BLACK, GREY)):
        picture(stills / f"{number}.png", colour)
    settings = {
        "camera.source": f"stills:{stills}",
        "camera.realtime": "false",
        "classification.model": model("classification", tmp_path),
        "pose.enabled": "false",
        "action.enabled": "false",
        "mqtt.enabled": "false",
    }

    assert main(["run", *(f"--set={key}={value}" for key, value in settings.items())]) == 0

    log = capsys.readouterr().err
    assert f"{WHY}; check how its input is scaled, or use another export of it; classification goes on trying" in log
    assert "classification has results again" in log
    assert "results=2" in log
