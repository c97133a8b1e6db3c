"""``edge record``: a trace of what the models see, whole whenever it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from edge.settings import SCHEMA
from edge.trace.pictures import folder_of
from edge.trace.reader import TraceReader
from tests.broker import PATIENCE_S, wait_until
from tests.cli.toys import action_model, clip_file, colour_model, pose_model
from tests.trace.samples import SCENE

if TYPE_CHECKING:
    from pathlib import Path


def record(path: Path, *arguments: object) -> int:
    return main(["record", "--output", str(path), *map(str, arguments)])


def test_recording_does_not_overwrite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("precious")

    assert record(path, "--frames", 1, *SCENE) == 2

    assert f"{path} exists" in capsys.readouterr().err
    assert path.read_text() == "precious"


def test_without_a_task_there_is_nothing_to_record(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    off = [f"--set={task}.enabled=false" for task in ("pose", "classification", "action")]

    assert record(tmp_path / "t.jsonl", *off) == 2
    assert "no task is enabled" in capsys.readouterr().err
    assert not (tmp_path / "t.jsonl").exists()


def test_where_no_picture_may_be_kept_none_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl"

    private = [*SCENE, "--frames", "1", "--set=device.privacy=skeleton"]

    assert record(path, "--with-frames", *private) == 2
    assert "record without --with-frames" in capsys.readouterr().err
    assert record(path, *private) == 2
    assert "record with --set action.enabled=false" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert record(path, *private, "--set=action.enabled=false") == 0
    assert "thumbnail" not in path.read_text()


def test_a_folder_with_frames_of_another_trace_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "t.jsonl"
    folder_of(path).mkdir()
    (folder_of(path) / "00000000.jpg").write_text("precious")

    assert record(path, "--with-frames", "--frames", 1, *SCENE) == 1

    assert "has files in it" in capsys.readouterr().err
    assert not path.exists()


def toys(folder: Path) -> list[str]:
    """A clip that never ends and quick models."""
    return [
        f"--set=camera.source=video:{clip_file(folder / 'clip.mp4', frames=30)}",
        "--set=camera.loop=true",
        "--set=camera.realtime=false",
        f"--set=pose.model={pose_model(folder)}",
        f"--set=classification.model={colour_model(folder)}",
        f"--set=action.model={action_model(folder)}",
    ]


def test_seconds_end_a_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl"

    assert record(path, "--seconds", 0.5, *toys(tmp_path)) == 0

    with TraceReader(path, SCHEMA) as found:
        assert len(list(found)) > 0
    assert found.notices == []
    assert f", {found.frames} frames, " in capsys.readouterr().err


def test_where_no_frame_comes_nothing_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl"

    assert record(path, *SCENE, "--set=camera.source=synthetic:moon") == 2
    assert record(path, "--seconds", 0.5, *SCENE, "--set=camera.source=v4l2:/dev/none") == 1

    error = capsys.readouterr().err
    assert "there is no scene" in error
    assert "nothing is recorded: /dev/none" in error
    assert not path.exists()


def test_without_a_name_it_is_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["record", "--frames", "2", *toys(tmp_path)]) == 0

    (path,) = tmp_path.glob("edge-*.jsonl")
    with TraceReader(path, SCHEMA) as found:
        assert [frame.number for frame, record in found if record.task == "pose"] == [0, 1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_recording_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """Every frame that the camera delivered has been through every task, and the last line is whole."""
    path = tmp_path / "t.jsonl"
    command = [sys.executable, "-m", "edge.cli.entry", "record", "--output", str(path), *toys(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: path.exists() and path.stat().st_size > 50_000, "a trace that grows")
    process.send_signal(number)
    _, error = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0, error
    with TraceReader(path, SCHEMA) as found:
        per_task = [record.task for _, record in found]
    assert found.notices == []
    assert {per_task.count(task) for task in ("pose", "classification", "action")} == {found.frames}


def test_a_recording_that_is_killed_can_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    command = [sys.executable, "-m", "edge.cli.entry", "record", "--output", str(path), *toys(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    wait_until(lambda: path.exists() and path.stat().st_size > 20_000, "a trace that grows")
    process.kill()
    process.wait()

    assert main(["replay", str(path)]) == 0


def test_it_says_what_it_does_before_the_models_are_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl"

    assert record(path, "--frames", 2, "--seconds", 60, *SCENE) == 0

    first, *_, last = capsys.readouterr().err.splitlines()
    assert first == f"{path}: loading the models, then recording for 60 s or 2 frames; Ctrl-C ends it"
    assert "2 frames" in last


def test_without_a_terminal_a_line_comes_now_and_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.cli.record._UNWATCHED_S", 0.1)

    assert record(tmp_path / "t.jsonl", "--seconds", 0.5, *toys(tmp_path)) == 0

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) > 2
    assert all(" frames, " in line for line in lines[1:])
