"""Faces through the commands: from files to the store, from a picture to the message, and back out of a trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from edge.base.packing import unpack_floats
from edge.cli.main import main
from tests.mqtt.samples import check
from tests.tasks.face.bundles import bundle_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

PHOTO = "media/hand_face/portrait.jpg"
ATTENTION = "models/mediapipe/face_landmark_with_attention"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    return tmp_path / "models"


def imported(shared: SharedData, *names: str) -> None:
    assert main(["models", "import", *(str(shared.path(f"models/mediapipe/{name}.tflite")) for name in names)]) == 0


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_each_file_that_is_missing_is_named_with_the_command_that_brings_it(
    store: Path, shared: SharedData, capsys: pytest.CaptureFixture[str]
) -> None:
    infer = ["infer", "face", str(shared.path(PHOTO)), "--json"]
    assert main(infer) == 1
    sentence = "edge: face.model = 'mediapipe-face': not in the model store {}; get it with: {} pull mediapipe-face\n"
    assert capsys.readouterr().err == sentence.format(store, "sudo edge models")

    imported(shared, "face_landmark")
    for face_range, file in {"short": "face_detection_short_range", "full": "face_detection_full_range_sparse"}.items():
        with_range = [*infer, f"--set=face.range={face_range}"]
        assert main(with_range) == 1
        missing = f"its {face_range} face-detection-{face_range}-range: not in the model store"
        assert missing in capsys.readouterr().err

        imported(shared, file)
        assert main(with_range) == 0
        found = said(capsys)[-1]
        assert found["model"] == "mediapipe-face"
        assert len(found["faces"]) == 1


def test_landmarks_of_ones_own_take_the_detector_of_the_store(
    store: Path, shared: SharedData, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, drawn = shared.path(f"{ATTENTION}_stockops_f16.tflite"), tmp_path / "drawn.png"
    infer = ["infer", "face", str(shared.path(PHOTO)), "--model", str(path), "--json", "--output", str(drawn)]
    assert main(infer) == 1
    assert "their detector face-detection-short-range: not in the model store" in capsys.readouterr().err

    imported(shared, "face_detection_short_range")
    assert store.is_dir()
    assert main([*infer, "--set=face.publish=mesh"]) == 0
    message = said(capsys)[-1]
    check("face", {name: value for name, value in message.items() if name != "input"})
    assert len(message["faces"][0]["mesh"]) == 478
    assert drawn.stat().st_size > 0


def test_the_published_attention_mesh_is_refused_in_a_sentence(
    store: Path, shared: SharedData, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(shared, "face_detection_short_range")
    assert store.is_dir()
    capsys.readouterr()

    assert main(["infer", "face", str(shared.path(PHOTO)), "--model", str(shared.path(f"{ATTENTION}.tflite"))]) == 1

    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("edge: ")]
    assert "face_landmark_with_attention.tflite: MediaPipe's attention mesh needs operations that only" in line
    assert "stockops_f16.tflite" in line


def test_a_trace_holds_whole_meshes_whatever_is_published_and_shown(shared: SharedData, tmp_path: Path) -> None:
    """The documentation says so."""
    recorded(shared, tmp_path, "--set=device.privacy=skeleton", "--set=face.publish=key_points", "--frames=2")

    lines = [json.loads(line) for line in (tmp_path / "trace").read_text().splitlines()]
    packed = [line["meshes"] for line in lines if line.get("task") == "face"]
    assert [unpack_floats(one, 468 * 3).size for one in packed] == [468 * 3] * 2


def recorded(shared: SharedData, folder: Path, *words: str) -> None:
    bundle = bundle_of(shared, folder / "faces.task")
    keys = [f"{task}.enabled=false" for task in ("pose", "classification", "action")]
    keys += ["face.enabled=true", f"face.model={bundle}", "camera.realtime=false"]
    keys += [f"camera.source=video:{shared.path('media/video_people/asl_walk.mkv')}"]
    overrides = [word for key in keys for word in ("--set", key)]
    assert main(["record", "--output", str(folder / "trace"), *overrides, *words]) == 0


def test_a_replay_says_every_face_again(shared: SharedData, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trace = tmp_path / "trace"
    recorded(shared, tmp_path, "--frames=12")
    capsys.readouterr()

    replays = []
    for keys in ([], [], ["--set", "face.publish=mesh"]):
        assert main(["replay", str(trace), "--json", *keys]) == 0
        replays.append(said(capsys))

    assert [len(message["faces"]) for message in replays[0]] == [1] * 12
    assert replays[0] == replays[1]
    assert all(len(message["faces"][0]["mesh"]) == 468 for message in replays[2])
