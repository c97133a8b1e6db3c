"""Who computes what ``edge infer`` is asked: real compiled models on the stand-in for libedgetpu."""

from __future__ import annotations

import json
import shutil
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

import edge
from edge.base.machine_files import MachineFiles
from edge.cli.main import main
from edge.daemon import asked_edgetpus
from edge.runtime.edgetpu.pool import EdgeTpus
from tests.cli.toys import picture_file
from tests.edgetpu.sysfs import Sysfs
from tests.support import make_frame

if TYPE_CHECKING:
    from pathlib import Path

    from tests.standin.control import Control
    from tests.support import SharedData

    Output = pytest.CaptureFixture[str]

LIGHTNING = "movenet_single_pose_lightning_ptq"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sysfs:
    """What the command takes for this machine; a Coral is plugged in."""
    machine = Sysfs(tmp_path / "machine")
    machine.plug()
    monkeypatch.setattr(asked_edgetpus, "EdgeTpus", partial(EdgeTpus, MachineFiles(machine.root)))
    return machine


@pytest.fixture
def model(shared: SharedData, tmp_path: Path) -> Path:
    """MoveNet for the CPU, with the file that was compiled of it beside."""
    for name in (f"{LIGHTNING}.tflite", f"{LIGHTNING}_edgetpu.tflite"):
        shutil.copy(shared.path(f"models/movenet/{name}"), tmp_path)
    return tmp_path / f"{LIGHTNING}.tflite"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return picture_file(tmp_path / "grey.png", make_frame().image)


def backends(out: str) -> list[str]:
    return [json.loads(line)["backend"] for line in out.splitlines()]


@pytest.mark.usefixtures("machine")
def test_the_cpu_computes_unless_another_is_asked_for(
    model: Path, picture: Path, edgetpu: Control, capsys: Output
) -> None:
    assert main(["infer", "pose", str(picture), "--model", str(model), "--json"]) == 0
    assert backends(capsys.readouterr().out) == ["cpu"]
    assert edgetpu.created() == [], "the EdgeTPU is left to the service"


@pytest.mark.usefixtures("machine")
def test_the_edgetpu_is_waited_for_where_it_is_asked_for(
    model: Path, picture: Path, edgetpu: Control, capsys: Output
) -> None:
    edgetpu.misbehave("create", "slow", 300)
    command = ["infer", "pose", str(picture), str(picture), "--model", str(model), "--json"]
    assert main([*command, "--set", "pose.device=edgetpu"]) == 0
    assert backends(capsys.readouterr().out) == ["edgetpu", "edgetpu"]


def test_without_one_the_cpu_computes_and_says_so(model: Path, picture: Path, machine: Sysfs, capsys: Output) -> None:
    machine.unplug()
    command = ["infer", "pose", str(picture), "--model", str(model), "--json"]
    assert main([*command, "--set", "pose.device=edgetpu"]) == 0
    printed = capsys.readouterr()
    assert backends(printed.out) == ["cpu"]
    assert f"pose is to run on the EdgeTPU: no EdgeTPU is attached; the CPU runs {model.name}" in printed.err


@pytest.mark.usefixtures("machine")
def test_a_model_that_has_no_file_for_it_is_computed_by_the_cpu_and_that_is_said(picture: Path, capsys: Output) -> None:
    command = ["infer", "pose", str(picture), "--model", "starter-pose", "--json", "--set", "pose.device=edgetpu"]
    assert main(command) == 0
    printed = capsys.readouterr()
    assert backends(printed.out) == ["cpu"]
    assert "pose is to run on the EdgeTPU: starter-pose has no variant for the EdgeTPU; the CPU runs" in printed.err


def test_a_file_for_the_edgetpu_alone_runs_there_or_is_refused(
    model: Path, picture: Path, machine: Sysfs, edgetpu: Control, capsys: Output
) -> None:
    model.unlink()
    command = ["infer", "pose", str(picture), "--model", str(model.with_stem(f"{LIGHTNING}_edgetpu")), "--json"]
    assert main(command) == 0
    assert backends(capsys.readouterr().out) == ["edgetpu"]
    machine.unplug()
    edgetpu.attach()
    assert main(command) == 1
    assert "compiled for the EdgeTPU, and no EdgeTPU is attached" in " ".join(capsys.readouterr().err.split())


@pytest.mark.usefixtures("machine", "edgetpu")
def test_a_script_may_ask_for_it(model: Path) -> None:
    task = edge.open_task("pose", model=str(model), device="edgetpu")
    result = task.detect(make_frame().image)
    assert result is not None
    assert result.backend == "edgetpu"


@pytest.mark.usefixtures("machine", "edgetpu")
def test_a_task_that_cannot_be_opened_leaves_nothing_behind(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "")
    model.unlink()
    before = set(threading.enumerate())
    with pytest.raises(edge.EdgeError, match="libedgetpu"):
        edge.open_task("pose", model=str(model.with_stem(f"{LIGHTNING}_edgetpu")))
    assert set(threading.enumerate()) <= before
