"""The doctor tries an EdgeTPU by the stand-in for its library, as far as another process lets it."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from edge.doctor.examine import CHECKS, examine
from edge.runtime.edgetpu.device_lock import lock_device
from edge.runtime.edgetpu.devices import find_edgetpus
from tests.doctor.machines import Machine, raspberry_pi
from tests.standin.control import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from edge.doctor.finding import Finding
    from tests.standin.control import Control, When
    from tests.support import SharedData

MODEL = "models/mobilenet/mobilenet_v1_0.25_128_quant_edgetpu.tflite"
MOVENET = "models/movenet/movenet_single_pose_lightning_ptq.tflite"
OF_ANOTHER_RUNTIME = """
#include <signal.h>
const char *edgetpu_version(void) { return "BuildLabel(another), RuntimeVersion(14)"; }
void *tflite_plugin_create_delegate(char **keys, char **values, unsigned long count, void (*report)(const char *)) {
  raise(SIGSEGV);
  return 0;
}
void tflite_plugin_destroy_delegate(void *d) {}
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edgetpu: Control, shared: SharedData) -> Machine:
    """A Raspberry Pi with a Coral, whose classifier is compiled for it."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    machine = raspberry_pi(tmp_path)
    machine.keys["classification.model"] = str(shared.path(MODEL))
    machine.environ |= {VARIABLE: str(edgetpu.folder), "LD_LIBRARY_PATH": os.environ["LD_LIBRARY_PATH"]}
    return machine


def look(machine: Machine, name: str) -> Finding:
    """What the check of that name finds, which is one thing."""
    (found,) = examine(machine.subject(), [check for check in CHECKS if check.name == name])
    return found


def test_one_that_is_free_runs_a_model(machine: Machine) -> None:
    found = look(machine, "edgetpu.inference")
    assert found.verdict == "ok", found
    assert found.why.startswith("usb:0 runs mobilenet_v1_0.25_128_quant in ")


@pytest.mark.parametrize("when", ["create", "invoke"])
def test_a_library_that_ends_its_process_ends_no_other(machine: Machine, edgetpu: Control, when: When) -> None:
    edgetpu.misbehave(when, "abort")
    found = look(machine, "edgetpu.inference")
    assert found.verdict == "failed"
    assert "usb:0: its process was ended by SIGABRT" in found.why
    assert "unplug it" in found.fix


def test_one_that_hangs_is_told(machine: Machine, edgetpu: Control) -> None:
    edgetpu.misbehave("invoke", "hang")
    found = look(machine, "edgetpu.inference")
    assert (found.verdict, "did not answer within" in found.why) == ("failed", True)


def test_one_that_does_not_open_is_told(machine: Machine, edgetpu: Control) -> None:
    edgetpu.misbehave("create", "fail")
    found = look(machine, "edgetpu.inference")
    assert (found.verdict, "libedgetpu cannot open usb:0" in found.why) == ("failed", True)


def test_a_library_for_another_runtime_is_told_by_the_package_that_fits(machine: Machine) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    folder = machine.folder / "skewed"
    folder.mkdir()
    (folder / "skewed.c").write_text(OF_ANOTHER_RUNTIME)
    library = folder / "libedgetpu.so.1"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, folder / "skewed.c"], check=True)
    machine.environ["LD_LIBRARY_PATH"] = str(folder)

    found = look(machine, "edgetpu.inference")

    assert found.verdict == "failed"
    assert "was ended by SIGSEGV: libedgetpu does not fit the TFLite runtime" in found.why
    assert "16.0tf2.19.1-1" in found.fix


def test_the_model_of_a_task_is_found_for_it(machine: Machine) -> None:
    machine.keys["pose.enabled"] = "false"
    found = look(machine, "edgetpu.models")
    assert (found.verdict, found.why) == (
        "ok",
        "mobilenet_v1_0.25_128_quant, of classification, is here for the EdgeTPU",
    )


def test_a_model_for_the_edgetpu_alone_is_wrong_only_without_one(machine: Machine, shared: SharedData) -> None:
    alone = shutil.copy(shared.path(MODEL), machine.folder)  # without the file for the CPU beside it
    machine.keys["classification.model"] = str(alone)
    found = look(machine, "models.classification")
    assert (found.verdict, found.why) == (
        "skipped",
        "mobilenet_v1_0.25_128_quant_edgetpu is for the EdgeTPU only; see edgetpu.inference",
    )
    shutil.rmtree(machine.root / "sys/bus/usb/devices")
    assert look(machine, "models.classification").verdict == "failed"


def test_where_there_is_no_file_those_are_named_that_have_one(machine: Machine) -> None:
    machine.keys |= {"classification.model": "starter-classification", "pose.enabled": "false"}
    found = look(machine, "edgetpu.models")
    assert found.why == (
        "the CPU computes classification: starter-classification has no variant for the EdgeTPU; there is one for"
        " efficientnet-edgetpu-s, mobilenet-v1-025-128"
    )


def test_a_model_that_was_pulled_before_there_was_a_coral_is_told(machine: Machine, shared: SharedData) -> None:
    machine.keys |= {"pose.model": "movenet-lightning", "classification.enabled": "false"}
    store = machine.folder / "state/models"
    store.mkdir(parents=True)
    shutil.copy(shared.path(MOVENET), store / "movenet-lightning.tflite")
    found = look(machine, "edgetpu.models")
    assert found.verdict == "warning"
    assert found.why.startswith("the CPU computes pose: the file of movenet-lightning for the EdgeTPU is not in the")
    assert found.fix.endswith("edge models pull movenet-lightning --edgetpu")


def test_without_a_model_nothing_is_tried(machine: Machine, edgetpu: Control) -> None:
    machine.keys["classification.enabled"] = "false"
    assert look(machine, "edgetpu.inference").why.startswith("there is no model for the EdgeTPU to try it with")
    assert edgetpu.created() == []


def test_edges_own_process_keeps_it(machine: Machine, edgetpu: Control) -> None:
    machine.subject()
    (tpu,) = find_edgetpus(machine.subject().system)
    with lock_device(tpu):
        assert look(machine, "edgetpu.in_use").why == f"Edge has usb:0, in its process {os.getpid()}"
        assert look(machine, "edgetpu.inference").why == "Edge has usb:0; how it does, edge watch shows"
    assert edgetpu.created() == []


def test_another_program_keeps_it(machine: Machine, edgetpu: Control) -> None:
    machine.write("proc/4844/comm", "frigate\n")
    (machine.root / "proc/4844/fd").mkdir()
    (machine.root / "proc/4844/fd/7").symlink_to("/dev/bus/usb/002/003")
    found = look(machine, "edgetpu.in_use")
    assert (found.verdict, found.why) == ("warning", "another program has usb:0: frigate (4844)")
    assert look(machine, "edgetpu.inference").why == "another program has usb:0; see edgetpu.in_use"
    assert edgetpu.created() == []


@pytest.mark.parametrize(("uid", "verdict"), [(0, "ok"), (1000, "skipped")])
def test_only_root_sees_the_processes_of_others(machine: Machine, uid: int, verdict: str) -> None:
    machine.uid = uid
    assert look(machine, "edgetpu.in_use").verdict == verdict
