"""Hands through the commands, from the picture to the message and back out of a trace."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from edge.cli.main import main
from edge.tasks.hands.landmarks import NAMES
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

PHOTO = "media/hand_face/hands.jpg"
FILES = (
    *(f"mediapipe/{name}.tflite" for name in ("palm_detection_lite", "hand_landmark_lite")),
    *(f"gesture/{name}.tflite" for name in ("gesture_embedder", "canned_gesture_classifier")),
)


@pytest.fixture
def store(shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the models of hands."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    (tmp_path / "state").mkdir()
    assert main(["models", "import", *(str(shared.path(f"models/{name}")) for name in FILES)]) == 0
    return tmp_path / "state" / "models"


@pytest.fixture
def bundle(shared: SharedData, tmp_path: Path) -> Path:
    path = tmp_path / "hand_landmarker.task"
    members = {"hand_detector.tflite": "palm_detection_full", "hand_landmarks_detector.tflite": "hand_landmark_full"}
    with zipfile.ZipFile(path, "w") as archive:
        for member, name in members.items():
            archive.write(shared.path(f"models/mediapipe/{name}.tflite"), member)
    return path


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("store")
def test_a_photo_gives_hands_as_the_schema_says(
    shared: SharedData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "drawn.png"
    capsys.readouterr()

    assert main(["infer", "hands", str(shared.path(PHOTO)), "--json", "--output", str(drawn)]) == 0

    (message,) = said(capsys)
    assert message.pop("input") == str(shared.path(PHOTO))
    check("hands", message)
    assert message["model"] == "mediapipe-hands-lite"
    assert [hand["handedness"]["category_name"] for hand in message["hands"]] == ["Left", "Left"]
    assert "open_palm" in [hand["gesture"] and hand["gesture"]["category_name"] for hand in message["hands"]]
    assert [one["name"] for one in message["hands"][0]["keypoints_3d"]] == list(NAMES)
    assert drawn.stat().st_size > 0


def test_without_gestures_their_models_need_not_be_there(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    assert main(["models", "import", *(str(shared.path(f"models/{file}")) for file in FILES[:2])]) == 0
    capsys.readouterr()

    assert main(["infer", "hands", str(shared.path(PHOTO)), "--json", "--set", "hands.gestures=false"]) == 0

    shown = capsys.readouterr()
    (message,) = [json.loads(line) for line in shown.out.splitlines()]
    assert [hand["gesture"] for hand in message["hands"]] == [None, None]
    assert "gesture" not in shown.err


def test_while_models_are_missing_it_says_what_brings_them(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))

    assert main(["infer", "hands", str(shared.path(PHOTO))]) != 0

    said = capsys.readouterr().err
    assert "not in the model store" in said
    assert "edge models pull mediapipe-hands-lite" in said


def test_a_bundle_runs_without_gestures_where_their_models_are_not_there(
    bundle: Path,
    shared: SharedData,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))

    assert main(["infer", "hands", str(shared.path(PHOTO)), "--model", str(bundle), "--json"]) == 0

    shown = capsys.readouterr()
    (message,) = [json.loads(line) for line in shown.out.splitlines()]
    assert [hand["gesture"] for hand in message["hands"]] == [None, None]
    assert "edge models pull gesture-embedder" in shown.err
    assert "edge models pull gesture-classifier" in shown.err


def test_a_truncated_bundle_is_a_sentence(bundle: Path, shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    bundle.write_bytes(bundle.read_bytes()[:100_000])

    assert main(["infer", "hands", str(shared.path(PHOTO)), "--model", str(bundle)]) != 0

    assert "hand_landmarker.task: not a complete bundle of models" in capsys.readouterr().err


def test_a_file_of_something_else_is_a_sentence(shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    other = shared.path("models/mediapipe/pose_detection.tflite")

    assert main(["infer", "hands", str(shared.path(PHOTO)), "--model", str(other)]) != 0

    assert "pose_detection.tflite: not MediaPipe's hand landmarks" in capsys.readouterr().err
