"""``edge replay``: what was recorded comes back, the same every time, and what other settings make of it beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import av
import pytest

from edge.cli.main import main
from edge.trace.pictures import folder_of
from tests.mqtt.samples import check
from tests.trace.samples import SCENE, frame, lines, seen, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

FRAMES = 60


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter models on the built-in scene, with frames."""
    path = tmp_path_factory.mktemp("trace") / "scene.jsonl"
    assert main(["record", "--output", str(path), "--frames", str(FRAMES), "--with-frames", *SCENE]) == 0
    return path


def replay(*arguments: object) -> int:
    return main(["replay", *map(str, arguments)])


def messages(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def columns(text: str) -> dict[str, list[str]]:
    """The values beside the name of each row; the last of a name counts."""
    rows = [line.strip().split("  ") for line in text.splitlines() if line.startswith("  ")]
    return {row[0]: [word.strip() for word in row[1:] if word] for row in rows}


def test_a_replay_prints_the_messages_of_the_recording_the_same_every_time(
    trace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay(trace, "--json") == 0
    first = capsys.readouterr()
    assert replay(trace, "--json") == 0
    again = capsys.readouterr()

    assert first == again
    assert first.err == ""
    found = messages(first.out)
    for message in found:
        check(message["schema"].split("/")[1], message)
    tasks = [message["schema"] for message in found]
    assert tasks.count("edge/pose/1") == tasks.count("edge/classification/1") == FRAMES
    assert tasks.count("edge/action/1") == FRAMES / 6
    assert {message["input"] for message in found} == {str(trace)}
    poses = [message for message in found if message["schema"] == "edge/pose/1"]
    assert [message["seq"] for message in poses] == list(range(1, FRAMES + 1))
    assert [message["media_time_s"] for message in poses] == [round(number / 30, 3) for number in range(FRAMES)]
    assert all(0 < message["latency_ms"] < 60_000 for message in found)


def test_a_setting_is_shown_beside_the_recorded_one(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = ["tracking.label_enter=1", "tracking.label_exit=0.1", "pose.max_rate_hz=10"]
    assert replay(trace, *(word for key in keys for word in ("--set", key))) == 0

    text = capsys.readouterr().out
    pose = columns(text.partition("classification,")[0])
    labels = columns(text.partition("classification,")[2].partition("action,")[0])
    assert pose["results"] == [str(FRAMES), str(FRAMES // 3)]
    assert labels["results"] == [str(FRAMES)] * 2
    assert labels["with a settled label"][1] == "0%"
    assert labels["with a settled label"][0] != "0%"
    assert "changed: tracking.label_enter = 1.0, recorded with 0.5\n" in text
    assert "changed: pose.max_rate_hz = 10.0, recorded with 0.0\n" in text


def test_a_trace_with_frames_becomes_an_annotated_video(trace: Path, tmp_path: Path) -> None:
    assert len(list(folder_of(trace).glob("*.jpg"))) == FRAMES
    video = tmp_path / "replayed.mp4"

    assert replay(trace, "--output", video) == 0

    with av.open(str(video)) as container:
        times = [float(picture.time or 0) for picture in container.decode(video=0)]
    assert times == pytest.approx([number / 30 for number in range(FRAMES)], abs=1e-3)


def test_without_frames_there_is_no_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.jsonl"
    write(path, lines(frame(0), seen(0)))

    assert replay(path, "--output", tmp_path / "o.mp4") == 1
    assert (
        "has no frames to draw on; record it with: edge record --with-frames; or have plain ground"
        in capsys.readouterr().err
    )
    assert not (tmp_path / "o.mp4").exists()


def test_a_frame_that_is_gone_is_named(trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(trace.read_bytes())

    assert replay(copy, "--output", tmp_path / "o.mp4") == 1
    assert "copy.frames/00000000.jpg does not exist" in capsys.readouterr().err


def test_a_picture_that_is_none_is_named(trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(trace.read_bytes())
    folder_of(copy).mkdir()
    (folder_of(copy) / "00000000.jpg").write_bytes(b"no picture")

    assert replay(copy, "--output", tmp_path / "o.mp4") == 1
    assert "copy.frames/00000000.jpg is not a picture that can be read" in capsys.readouterr().err


def test_what_a_replay_cannot_know_is_said(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(trace, "--set", "action.rate_hz=10", "--set", "tracking.crop_slack=0.5") == 0

    text = capsys.readouterr().out
    assert f"action: {FRAMES // 6} frames that these settings need were not shown to the model then" in text
    assert "action: the model remembers, and it was fed at the recorded rate and gate" in text
    assert "pose would now have looked at another part of the frame" in text


def test_in_json_what_is_noted_goes_to_stderr(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(trace, "--json", "--set", "pose.enabled=false") == 0

    written = capsys.readouterr()
    assert written.err == "note: changed: pose.enabled = false, recorded with true\n"
    assert {message["schema"] for message in messages(written.out)} == {"edge/classification/1", "edge/action/1"}


def test_a_configuration_file_can_be_tried(trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.toml"
    file.write_text('[mqtt]\nhost = "elsewhere"\n[tracking]\nsmoothing = false\n')

    assert replay(trace, "--config", file) == 0

    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note: changed")]
    assert notes == ["note: changed: tracking.smoothing = false, recorded with true"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"not a trace", "t.jsonl:1: not a trace"),
        (None, "t.jsonl cannot be read: No such file"),
        (b'{"schema": "edge/trace/9"}', "t.jsonl:1: a trace of version 9"),
    ],
)
def test_a_bad_trace_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes | None, sentence: str
) -> None:
    path = tmp_path / "t.jsonl"
    if text is not None:
        path.write_bytes(text)

    assert replay(path) == 1
    error = capsys.readouterr().err
    assert sentence in error
    assert error.startswith("edge: ")
    assert error.count("\n") == 1


def test_a_line_that_is_wrong_later_is_named_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "t.jsonl", [*lines(frame(0), seen(0)), {"task": "juggling", "frame": 0}])

    assert replay(path, "--json") == 1
    assert f"{path}:4: 'task' is 'juggling'" in capsys.readouterr().err


def test_a_torn_end_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "t.jsonl", lines(frame(0), seen(0)), b'{"task":"pose","fra')

    assert replay(path) == 0
    assert "note: line 4, the last, is cut off and left out\n" in capsys.readouterr().out


def test_wrong_usage_is_told_from_a_bad_trace(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(trace, "--set", "mqtt.host=x") == 2
    assert "mqtt.host = x: has no effect on a replay" in capsys.readouterr().err
    assert replay(trace, "--output", "video.txt") == 2
    assert "video.txt: videos are written as MP4" in capsys.readouterr().err
