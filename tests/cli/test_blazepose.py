"""A bundle of BlazePose through the commands, from the picture to the message and back out of a trace."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from edge.cli.main import main
from edge.tasks.pose.landmarks import NAMES
from tests.mqtt.samples import check
from tests.tasks.pose.blazepose.bundles import bundle_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

PHOTO = "media/video_pose/pose.jpg"


@pytest.fixture
def bundle(shared: SharedData, tmp_path: Path) -> Path:
    return bundle_of(shared, tmp_path / "blazepose.task")


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_photo_gives_landmarks_as_the_schema_says(
    bundle: Path, shared: SharedData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "drawn.png"
    command = ["infer", "pose", shared.path(PHOTO), "--model", bundle, "--json", "--output", drawn]

    assert main([str(word) for word in command]) == 0

    (message,) = said(capsys)
    check("pose", message)
    (person,) = message["people"]
    assert message["model"] == "blazepose"
    assert (
        [one["name"] for one in person["landmarks"]] == [one["name"] for one in person["landmarks_3d"]] == list(NAMES)
    )
    by_name = {one["name"]: one for one in person["landmarks"]}
    for keypoint in person["keypoints"]:
        assert (by_name[keypoint["name"]]["x"], by_name[keypoint["name"]]["y"]) == (keypoint["x"], keypoint["y"])
    assert drawn.stat().st_size > 0


def test_a_replay_says_every_landmark_again(
    bundle: Path, shared: SharedData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "trace"
    source = f"--set=camera.source=video:{shared.path('media/video_pose/pose_1.mp4')}"
    others = [f"--set={task}.enabled=false" for task in ("classification", "action")]
    command = [
        "record",
        "--output",
        trace,
        source,
        "--set=camera.realtime=false",
        f"--set=pose.model={bundle}",
        *others,
    ]
    assert main([*map(str, command), "--frames", "8"]) == 0
    capsys.readouterr()

    replays = []
    for _ in range(2):
        assert main(["replay", str(trace), "--json"]) == 0
        replays.append(said(capsys))

    people = [person for message in replays[0] for person in message.get("people", [])]
    assert people
    assert all(len(person["landmarks"]) == len(person["landmarks_3d"]) == len(NAMES) for person in people)
    assert replays[0] == replays[1]


def test_a_truncated_bundle_is_a_sentence(bundle: Path, shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    bundle.write_bytes(bundle.read_bytes()[:100_000])

    assert main(["infer", "pose", str(shared.path(PHOTO)), "--model", str(bundle)]) != 0

    assert "blazepose.task: not a complete bundle of models" in capsys.readouterr().err


def test_a_bundle_of_something_else_is_a_sentence(
    tmp_path: Path, shared: SharedData, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hands.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hand_detector.tflite", b"")

    assert main(["infer", "pose", str(shared.path(PHOTO)), "--model", str(path)]) != 0

    assert "hands.task: a bundle without pose_detector.tflite; it holds hand_detector.tflite" in capsys.readouterr().err


def test_a_pair_of_files_in_the_store_runs(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    command = ["infer", "pose", str(shared.path(PHOTO)), "--model", "blazepose-landmarks-lite", "--json"]
    assert main(["models", "import", str(shared.path("models/mediapipe/pose_landmark_lite.tflite"))]) == 0
    assert main(command) != 0
    assert "its detector blazepose-detector: not in the model store" in capsys.readouterr().err

    assert main(["models", "import", str(shared.path("models/mediapipe/pose_detection.tflite"))]) == 0
    capsys.readouterr()
    assert main(command) == 0

    assert len(said(capsys)[0]["people"]) == 1


def test_landmarks_of_ones_own_take_the_detector_of_the_store(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    full = shared.path("models/mediapipe/pose_landmark_full.tflite")
    command = ["infer", "pose", str(shared.path(PHOTO)), "--model", str(full), "--json"]
    assert main(command) != 0
    assert f"{full}: BlazePose's landmarks; their detector blazepose-detector: not in" in capsys.readouterr().err

    assert main(["models", "import", str(shared.path("models/mediapipe/pose_detection.tflite"))]) == 0
    capsys.readouterr()
    assert main(command) == 0

    (message,) = said(capsys)
    assert message["model"] == "pose_landmark_full"
    assert len(message["people"][0]["landmarks"]) == len(NAMES)
