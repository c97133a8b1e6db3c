"""On the EdgeTPU it is the EdgeTPU that is measured, or it is told why not; a stand-in for libedgetpu computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import edge.benchmark.devices
from edge.benchmark.benchmark import Benchmark
from edge.config.load import load
from edge.doctor.system import System
from edge.runtime.device_choice import parse_device
from edge.runtime.edgetpu.device_lock import lock_device
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.settings import SCHEMA
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from pathlib import Path

    from edge.benchmark.report import Report
    from tests.standin.control import Control
    from tests.support import SharedData

LIGHTNING = "models/movenet/movenet_single_pose_lightning_ptq.tflite"


@pytest.fixture
def sysfs(tmp_path: Path, patient_edgetpu: Control) -> Sysfs:
    """A machine with a Coral on USB."""
    assert patient_edgetpu.folder.exists()
    found = Sysfs(tmp_path / "machine")
    found.plug()
    return found


def measured(sysfs: Sysfs, shared: SharedData, device: str, seconds: float = 0.5, show: Any = lambda _: None) -> Report:
    keys = [
        f"pose.model={shared.path(LIGHTNING)}",
        f"inference.device={device}",
        "camera.width=160",
        "camera.height=120",
    ]
    settings = load(SCHEMA, None, keys).settings
    return Benchmark(("pose",), settings, parse_device(device), System(sysfs.root)).run(seconds, show)


def test_both_are_measured_where_a_coral_is_attached(sysfs: Sysfs, shared: SharedData) -> None:
    report = measured(sysfs, shared, "auto", 1.0)

    assert report.problems == ()
    cpu, edgetpu = report.measurements
    assert (cpu.measured.backend, cpu.measured.device) == ("cpu", "cpu")
    assert (edgetpu.measured.backend, edgetpu.measured.device, edgetpu.measured.threads) == ("edgetpu", "usb:0", None)
    assert edgetpu.measured.file.endswith("_edgetpu.tflite")
    assert edgetpu.measured.model == cpu.measured.model
    assert edgetpu.invoke_ms.p50 > 0
    assert {entry.backend for entry in edgetpu.published} == {"cpu", "edgetpu"}


def test_one_that_is_not_attached_is_a_problem_for_who_asked_for_it(
    sysfs: Sysfs, shared: SharedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.benchmark.benchmark.warnings_of", lambda *_: ["other programs kept 2 of 2 cores busy"])
    report = measured(sysfs, shared, "edgetpu:usb:3")
    assert (report.measurements, report.notices) == ((), ()), "nothing was measured that they could bear on"
    assert report.problems == (
        "pose on the EdgeTPU: the EdgeTPU usb:3 is not attached, but usb:0; edge doctor says what a Coral needs",
    )


def test_one_that_somebody_else_has_is_told_with_who_that_is(sysfs: Sysfs, shared: SharedData) -> None:
    (tpu,) = find_edgetpus(System(sysfs.root))
    with lock_device(tpu):
        report = measured(sysfs, shared, "edgetpu")
    (problem,) = report.problems
    assert "the EdgeTPU usb:0 is not free: it is in use by another edge process (" in problem
    assert problem.endswith("stop that first; the service: sudo systemctl stop edge")


def test_what_nobody_asked_for_in_particular_is_noted_and_the_cpu_measured(sysfs: Sysfs, shared: SharedData) -> None:
    (tpu,) = find_edgetpus(System(sysfs.root))
    with lock_device(tpu):
        report = measured(sysfs, shared, "auto")
    assert [one.measured.device for one in report.measurements] == ["cpu"]
    assert report.problems == ()
    assert any("pose on the EdgeTPU: the EdgeTPU usb:0 is not free" in notice for notice in report.notices)


def test_figures_of_the_cpu_are_never_taken_for_those_of_the_edgetpu(
    sysfs: Sysfs, shared: SharedData, patient_edgetpu: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = edge.benchmark.devices.EdgeTpuDevice.wait_ready

    def ready_then_failing(device: edge.benchmark.devices.EdgeTpuDevice) -> str:
        name = ready(device)
        patient_edgetpu.misbehave("invoke", "abort", once=True)
        return name

    monkeypatch.setattr(edge.benchmark.devices.EdgeTpuDevice, "wait_ready", ready_then_failing)
    report = measured(sysfs, shared, "edgetpu")
    assert report.measurements == ()
    (problem,) = report.problems
    assert problem.startswith("pose on the EdgeTPU: the EdgeTPU was lost while it was measured: ")
