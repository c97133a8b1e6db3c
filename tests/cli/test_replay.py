"""``edge record`` and ``edge replay``: what was recorded comes back, the same every time, and others beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from edge.cli.main import main
from tests.mqtt.samples import check
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = 120
STARTERS = [
    f"--set={task}.model={ROOT}/models/starter/starter-{task}.tflite" for task in ("pose", "classification", "action")
]
SCENE = ["--set=camera.source=synthetic:tour", "--set=camera.realtime=false", *STARTERS]


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
