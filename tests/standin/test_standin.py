"""Real EdgeTPU-compiled models run on the stand-in by each runtime that is here, and every fault is as said."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from ctypes import CDLL, POINTER, Structure, byref, c_char_p, c_int, c_size_t
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.runtime.interpreter import RUNTIMES
from tests.broker import wait_until
from tests.standin.control import PORT, STICK, Created
from tests.standin.loading import fill, load
from tests.standin.pattern import answer
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.standin.control import Control
    from tests.support import SharedData

MOVENET = "models/movenet/movenet_single_pose_lightning_ptq_edgetpu.tflite"
MOBILENET = "models/mobilenet/mobilenet_v1_0.25_128_quant_edgetpu.tflite"
SPLIT = "models/invalid/split_concat_edgetpu.tflite"
FIRST = {"device": "usb:0"}


@dataclass(frozen=True, slots=True)
class Standin:
    """The stand-in on one of the runtimes, with the compiled models beside it."""

    runtime: str
    library: Path
    control: Control
    shared: SharedData

    def load(self, model: str, options: Mapping[str, str] = FIRST) -> Any:
        return load(self.runtime, self.library, self.shared.path(model), options)

    def start(self) -> subprocess.Popen[str]:
        """Another process, which loads a model and runs it once."""
        command = [sys.executable, "-m", "tests.standin.loading"]
        command += [self.runtime, self.library.name, str(self.shared.path(SPLIT))]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture(params=[name for name in RUNTIMES if is_installed(name)])
def standin(request: pytest.FixtureRequest, edgetpu_library: Path, edgetpu: Control, shared: SharedData) -> Standin:
    """On each TFLite runtime that is installed."""
    return Standin(request.param, edgetpu_library, edgetpu, shared)


def outputs(interpreter: Any) -> list[bytes]:
    return [interpreter.get_tensor(details["index"]).tobytes() for details in interpreter.get_output_details()]


def test_the_answer_tells_that_every_byte_of_the_input_has_arrived(standin: Standin) -> None:
    model = standin.load(MOBILENET)
    for seed in (1, 2):
        given = fill(model, seed)
        model.invoke()
        assert outputs(model) == answer(given, [1001])


def test_a_model_may_have_several_inputs_and_outputs(standin: Standin) -> None:
    model = standin.load(SPLIT)
    given = fill(model, 1)
    model.invoke()
    sizes = {details["index"]: int(np.prod(details["shape"])) for details in model.get_output_details()}
    in_order = dict(zip(sorted(sizes), answer(given, [sizes[index] for index in sorted(sizes)]), strict=True))
    assert outputs(model) == [in_order[details["index"]] for details in model.get_output_details()]


def test_what_the_compiler_left_to_the_cpu_runs_after_it(standin: Standin) -> None:
    model = standin.load(MOVENET)
    seen = []
    for seed in (1, 2, 1):
        fill(model, seed)
        model.invoke()
        seen += outputs(model)
    assert seen[0] == seen[2] != seen[1]
    assert np.isfinite(np.frombuffer(seen[0], np.float32)).all()


def test_two_models_share_a_device_within_a_process(standin: Standin) -> None:
    pose, classification = (standin.load(name) for name in (MOVENET, MOBILENET))
    for model in (pose, classification, pose):
        fill(model, 1)
        model.invoke()
    assert [one.device for one in standin.control.created()] == ["usb:0", "usb:0"]


def test_another_process_does_not_get_a_device_that_is_in_use(standin: Standin) -> None:
    kept = standin.load(SPLIT)
    other = standin.start()
    assert "Failed to load delegate" in finish(other, 1)
    assert kept


def test_a_compiled_model_needs_the_delegate(standin: Standin) -> None:
    interpreter = importlib.import_module(standin.runtime).Interpreter(model_path=str(standin.shared.path(MOBILENET)))
    with pytest.raises(RuntimeError, match="edgetpu-custom-op"):
        interpreter.allocate_tensors()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"device": ""},
        {"device": "usb"},
        {"device": "usb:1"},
        {"device": "pci:0"},
        {"device": "usb:0", "Performance": "max"},
        {"device": "usb:0", "Usb.AlwaysDfu": "yes"},
    ],
    ids=str,
)
def test_wrong_options_are_refused(standin: Standin, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Failed to load delegate"):
        standin.load(SPLIT, options)
    assert standin.control.created() == []


def test_it_tells_who_has_loaded_it_for_which_device(standin: Standin) -> None:
    standin.control.attach("pci /sys/class/apex/apex_0", STICK, "usb /sys/bus/usb/devices/1-1.3")
    standin.load(SPLIT, {"device": "usb:1", "Performance": "High"})
    assert standin.control.created() == [Created(os.getpid(), "usb:1", "High")]


def test_told_to_be_absent_there_is_no_delegate(standin: Standin) -> None:
    standin.control.misbehave("create", "fail")
    with pytest.raises(ValueError, match="Failed to load delegate"):
        standin.load(SPLIT)
    standin.control.behave()
    assert standin.load(SPLIT)


def test_told_to_fail_once_an_invoke_raises_and_the_next_works(standin: Standin) -> None:
    model = standin.load(SPLIT)
    standin.control.misbehave("invoke", "fail", once=True)
    with pytest.raises(RuntimeError, match="the stand-in was told to fail"):
        model.invoke()
    assert standin.control.has_misbehaved("invoke")
    model.invoke()


@pytest.mark.parametrize("when", ["create", "invoke"])
def test_told_to_be_slow_it_takes_that_long(standin: Standin, when: Any) -> None:
    standin.control.misbehave(when, "slow", 50)
    begun_s = time.monotonic()
    standin.load(SPLIT).invoke()
    assert time.monotonic() - begun_s >= 0.05


def finish(process: subprocess.Popen[str], status: int) -> str:
    """What a process says on stderr, once it has ended with that exit status."""
    _, complaint = process.communicate(timeout=30)
    assert process.returncode == status, complaint
    return complaint


@pytest.mark.parametrize("when", ["create", "invoke"])
def test_told_to_abort_it_takes_the_process_down_with_a_line_as_libedgetpus(standin: Standin, when: Any) -> None:
    standin.control.misbehave(when, "abort")
    complaint = finish(standin.start(), -signal.SIGABRT)
    assert complaint.splitlines()[-1].startswith(
        "F driver/usb/usb_driver.cc:1148] HandleQueuedBulkIn transfer in failed"
    )


@pytest.mark.parametrize(("when", "said"), [("create", ""), ("invoke", "loaded\n")])
def test_told_to_hang_it_never_returns(standin: Standin, when: Any, said: str) -> None:
    standin.control.misbehave(when, "hang", once=True)
    process = standin.start()
    wait_until(lambda: standin.control.has_misbehaved(when), "it hangs")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.2)
    process.kill()
    assert process.communicate()[0] == said
    finish(standin.start(), 0)


class Device(Structure):
    """``struct edgetpu_device`` of edgetpu_c.h."""

    _fields_ = (("type", c_int), ("path", c_char_p))


def test_it_lists_what_is_attached_as_edgetpu_c_h_says(edgetpu_library: Path, edgetpu: Control) -> None:
    edgetpu.attach("pci /sys/class/apex/apex_0", STICK)
    functions, count = CDLL(str(edgetpu_library)), c_size_t()
    functions.edgetpu_list_devices.restype = POINTER(Device)
    listed = functions.edgetpu_list_devices(byref(count))
    found = [(one.type, one.path) for one in listed[: count.value]]
    functions.edgetpu_free_devices(listed)
    assert found == [(0, b"/sys/class/apex/apex_0"), (1, f"/sys/bus/usb/devices/{PORT}".encode())]


def test_it_tells_a_version(edgetpu_library: Path) -> None:
    version = CDLL(str(edgetpu_library)).edgetpu_version
    version.restype = c_char_p
    assert version().endswith(b"RuntimeVersion(14)")
