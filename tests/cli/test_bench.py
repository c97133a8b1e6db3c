"""``edge bench`` as its user runs it, on the machine the tests run on."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from edge.cli.main import main
from edge.doctor.system import System
from tests.cli.toys import colour_model, pose_model
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.standin.control import Control
    from tests.support import SharedData

Output = pytest.CaptureFixture[str]
SHORT = ("--seconds", "0.3", "--set", "camera.width=160", "--set", "camera.height=120")
LIGHTNING = "models/movenet/movenet_single_pose_lightning_ptq.tflite"
MEASURED = {
    *("task", "model", "fallback_for", "file", "backend", "device", "threads"),
    *("invoke_ms", "pipeline_ms", "ratio", "rate_hz", "published"),
}
"""The fields of a measurement, see docs/bench.md."""


def bench(capsys: Output, *words: object, status: int = 0) -> dict[str, Any]:
    """The object of ``edge bench … --json``."""
    assert main(["bench", *SHORT, "--json", *map(str, words)]) == status
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


@pytest.mark.usefixtures("no_models")
def test_the_enabled_tasks_are_measured_with_starter_models_where_there_are_no_others(capsys: Output) -> None:
    report = bench(capsys, "--set", "classification.enabled=false", "--set", "inference.threads=1")

    assert set(report) == {"machine", "conditions", "measurements", "notices", "problems"}
    assert set(report["machine"]) == {"name", "cores", "runtime", "python", "edge"}
    assert set(report["conditions"]) == {
        *("temperature_c", "edgetpu_temperature_c", "throttled", "others_busy_cores", "service_runs")
    }
    pose, action = report["measurements"]
    assert set(pose) == set(action) == MEASURED
    assert (pose["task"], pose["model"], pose["fallback_for"]) == ("pose", "starter-pose", "movenet-lightning")
    assert (pose["backend"], pose["device"], pose["threads"]) == ("cpu", "cpu", 1)
    assert pose["file"].endswith("starter-pose.tflite")
    assert 0 < pose["invoke_ms"]["p50"] <= pose["invoke_ms"]["p95"] <= pose["invoke_ms"]["p99"]
    assert pose["ratio"] == pytest.approx(pose["pipeline_ms"]["p50"] / pose["invoke_ms"]["p50"], rel=0.2)
    assert pose["rate_hz"] > 1
    assert pose["published"] == action["published"] == []
    assert "until then starter-pose runs in its place" in report["notices"][0]
    assert report["problems"] == []


def test_a_model_that_cannot_be_measured_is_told_and_the_others_are_done(tmp_path: Path, capsys: Output) -> None:
    keys = (
        "--set",
        f"pose.model={tmp_path / 'none.tflite'}",
        "--set",
        f"classification.model={colour_model(tmp_path)}",
    )

    report = bench(capsys, "pose", "classification", *keys, status=1)

    assert [one["task"] for one in report["measurements"]] == ["classification"]
    assert [problem.partition(":")[0] for problem in report["problems"]] == ["pose on the CPU"]
    assert main(["bench", "pose", *SHORT, *keys]) == 1
    assert "edge: pose on the CPU: " in capsys.readouterr().err


@pytest.mark.usefixtures("no_models")
def test_no_starter_model_runs_where_none_is_wanted(capsys: Output) -> None:
    report = bench(capsys, "pose", "--set", "inference.fallback_to_starter=false", status=1)
    assert report["measurements"] == []
    assert "edge models pull movenet-lightning" in report["problems"][0]


def test_the_tasks_that_are_named_share_the_threads(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.daemon.build.os.cpu_count", lambda: 4)
    keys = [f"--set=pose.model={pose_model(tmp_path)}", f"--set=classification.model={colour_model(tmp_path)}"]

    alone, both = bench(capsys, "pose", *keys), bench(capsys, "pose", "classification", *keys)

    assert [one["threads"] for one in alone["measurements"]] == [4]
    assert [one["threads"] for one in both["measurements"]] == [2, 2]


def test_the_terminal_shows_what_json_says(tmp_path: Path, capsys: Output) -> None:
    assert main(["bench", "pose", *SHORT, "--set", f"pose.model={pose_model(tmp_path)}"]) == 0

    lines = capsys.readouterr().out.splitlines()

    assert "core" in lines[0]
    assert "Edge " in lines[0]
    assert lines[1].split() == ["task", "invoke()", "pipeline", "results"]
    row = next(number for number, line in enumerate(lines) if line.startswith("pose "))
    figures = lines[row].split()
    assert figures[1] == "cpu"
    assert len(figures) == 9
    assert lines[row + 1].strip() == "dot-pose"
    assert f"dot-pose: {tmp_path / 'dot-pose.tflite'}" in lines
    assert max(map(len, lines[1:5])) <= 80


def test_a_real_model_stands_beside_what_others_have_published(shared: SharedData, capsys: Output) -> None:
    keys = ("--set", f"pose.model={shared.path(LIGHTNING)}", "--set", "pose.threads=1")

    (measured,) = bench(capsys, "pose", *keys)["measurements"]

    published = {(one["backend"], one["machine"]): one["invoke_ms"] for one in measured["published"]}
    assert published[("cpu", "Raspberry Pi 4, 4 threads")] == 95
    assert published[("edgetpu", "EdgeTPU, as its vendor measured it")] == 7.1
    assert min(measured["pipeline_ms"]["p50"], measured["invoke_ms"]["p50"]) > 0

    assert main(["bench", "pose", *SHORT, *keys]) == 0
    lines = capsys.readouterr().out.splitlines()
    heading = lines.index("movenet-lightning, invoke() alone, in ms, here and as others have published it:")
    assert re.fullmatch(r" +\d+\.\d  here, cpu x1", lines[heading + 1])
    assert lines[heading + 2].startswith("    95.0  Raspberry Pi 4, 4 threads (https://")


def test_a_task_that_is_none_is_wrong_usage(capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "dance"])
    assert ended.value.code == 2
    assert "there is no task 'dance'; the tasks are pose, " in capsys.readouterr().err


def test_a_time_that_is_none_is_wrong_usage(capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--seconds", "0"])
    assert ended.value.code == 2
    assert "must be a number of seconds above 0" in capsys.readouterr().err


def test_a_device_that_is_none_is_wrong_usage(capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--device", "gpu"])
    assert ended.value.code == 2
    assert "'gpu' must be auto, cpu, edgetpu, or one of several such as edgetpu:usb:0" in capsys.readouterr().err


def test_the_edgetpu_stands_beside_the_cpu(
    shared: SharedData, patient_edgetpu: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    sysfs = Sysfs(tmp_path / "machine")
    sysfs.plug()
    monkeypatch.setattr("edge.cli.bench.System", partial(System, sysfs.root))
    keys = (
        "--set",
        f"pose.model={shared.path(LIGHTNING)}",
        "--set",
        "inference.device=cpu",
        "--set",
        "pose.device=cpu",
    )

    assert main(["bench", "pose", *SHORT, *keys]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("pose ")] == ["cpu", "usb:0"]

    (alone,) = bench(capsys, "pose", "--device", "edgetpu:usb:0", *keys)["measurements"]
    assert (alone["backend"], alone["device"], alone["threads"]) == ("edgetpu", "usb:0", None)
    assert len({one.pid for one in patient_edgetpu.created()}) == 2, "each time a worker of its own"


def test_no_edgetpu_is_a_problem_for_who_asks_for_it(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr("edge.cli.bench.System", partial(System, tmp_path))
    keys = ("--set", f"pose.model={shared.path(LIGHTNING)}")
    report = bench(capsys, "pose", "action", "--device", "edgetpu", *keys, status=1)
    assert report["problems"] == ["pose on the EdgeTPU: no EdgeTPU is attached; edge doctor says what a Coral needs"]
    assert any("action is not measured on the EdgeTPU: " in notice for notice in report["notices"])


def test_a_terminal_shows_what_is_done_now_and_no_trace_of_it_in_the_end(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert main(["bench", "pose", *SHORT, "--set", f"pose.model={pose_model(tmp_path)}"]) == 0
    shown = capsys.readouterr().err.split("\r")
    assert shown[:2] == ["the scene is drawn\x1b[K", "pose on the CPU: dot-pose\x1b[K"]
    assert shown[-2:] == ["\x1b[K", ""]


@pytest.mark.usefixtures("no_models")
def test_where_nothing_can_be_measured_it_says_why(capsys: Output) -> None:
    assert main(["bench", "pose", *SHORT, "--device", "edgetpu"]) == 1
    out, err = capsys.readouterr()
    assert "invoke()" not in out
    assert "edge: pose is not measured on the EdgeTPU: starter-pose has no variant for the EdgeTPU" in err
