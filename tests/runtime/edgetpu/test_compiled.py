"""Real compiled models in a worker, on the stand-in for libedgetpu: what goes right there, and each way to be lost."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.edgetpu.lost import Busy, LibraryMissing, Lost
from edge.runtime.edgetpu.process import WorkerOptions
from edge.runtime.edgetpu.running import running_worker
from tests.base.test_child import has_ended
from tests.broker import wait_until
from tests.runtime.edgetpu.support import worker_model
from tests.standin.control import PORT, STICK
from tests.standin.pattern import answer

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.edgetpu.process import WorkerModel, WorkerProcess
    from tests.standin.control import Control
    from tests.support import SharedData

TPU = EdgeTpu("usb", 0, f"/sys/bus/usb/devices/{PORT}", f"/dev/bus/usb/{PORT}")
OPTIONS = WorkerOptions(start_s=20.0, stop_s=10.0)
MOBILENET = "models/mobilenet/mobilenet_v1_0.25_128_quant_edgetpu.tflite"
MOVENET = "models/movenet/movenet_single_pose_lightning_ptq_edgetpu.tflite"


@pytest.fixture
def mobilenet(edgetpu: Control, shared: SharedData) -> WorkerModel:
    """With a stick attached, and all working."""
    assert edgetpu.created() == []
    return worker_model(shared.path(MOBILENET))


def test_every_byte_goes_there_and_back(mobilenet: WorkerModel) -> None:
    random = np.random.default_rng(5)
    (image,) = mobilenet.inputs.views
    with running_worker([mobilenet], TPU, OPTIONS) as worker:
        loaded = worker.wait_loaded()
        assert loaded.models == ("",)
        assert loaded.library_version == "BuildLabel(stand-in), RuntimeVersion(14)"
        for _ in range(3):
            image[...] = random.integers(0, 256, image.shape)
            worker.invoke(0)
            (scores,) = worker.outputs(0)
            assert [scores.tobytes()] == answer([image.tobytes()], [1001])


def test_two_models_share_an_edgetpu(mobilenet: WorkerModel, shared: SharedData, edgetpu: Control) -> None:
    movenet = worker_model(shared.path(MOVENET))
    with running_worker([movenet, mobilenet], TPU, OPTIONS) as worker:
        worker.wait_loaded()
        for model in (0, 1, 0):
            worker.invoke(model)
        assert worker.outputs(0)[0].shape == (1, 1, 17, 3)
    assert len(edgetpu.created()) == 1


def test_one_that_is_well_leaves_the_edgetpu_in_order(mobilenet: WorkerModel, edgetpu: Control) -> None:
    with running_worker([mobilenet], TPU, OPTIONS) as worker:
        worker.wait_loaded()
        worker.invoke(0)
        assert edgetpu.destroyed() == []
    assert edgetpu.destroyed() == [worker.pid]


def test_the_library_itself_says_which_index_it_has_and_options_arrive(
    mobilenet: WorkerModel, edgetpu: Control
) -> None:
    edgetpu.attach("pci /dev/apex_0", "usb /sys/bus/usb/devices/3-2", STICK)
    options = replace(OPTIONS, options=(("Performance", "High"),))
    with running_worker([mobilenet], TPU, options) as worker:
        worker.wait_loaded()
        assert [(one.pid, one.device, one.performance) for one in edgetpu.created()] == [(worker.pid, "usb:1", "High")]


def test_one_on_pcie_is_known_by_its_node(mobilenet: WorkerModel, edgetpu: Control) -> None:
    edgetpu.attach(STICK, "pci /dev/apex_1", f"pci /dev/apex_{PORT}")
    tpu = EdgeTpu("pci", 0, f"/sys/class/apex/apex_{PORT}", f"/dev/apex_{PORT}")
    with running_worker([mobilenet], tpu, OPTIONS) as worker:
        worker.wait_loaded()
    assert [one.device for one in edgetpu.created()] == ["pci:1"]


def load_and_run(worker: WorkerProcess) -> None:
    worker.wait_loaded()
    worker.warm(0)


def why_lost(model: WorkerModel, options: WorkerOptions = OPTIONS) -> str:
    with running_worker([model], TPU, options) as worker:
        with pytest.raises(Lost) as lost:
            load_and_run(worker)
        wait_until(lambda: has_ended(worker.pid), "it has ended")
    assert type(lost.value) is Lost
    return str(lost.value)


def test_an_abort_is_told_in_the_words_of_the_library(mobilenet: WorkerModel, edgetpu: Control) -> None:
    edgetpu.misbehave("invoke", "abort")
    assert why_lost(mobilenet) == (
        "its process was ended by SIGABRT: F driver/usb/usb_driver.cc:1148] HandleQueuedBulkIn transfer in failed."
        " Not found: USB transfer error 5 [LibUsbDataIn]"
    )


def test_a_hang_ends_with_its_deadline(mobilenet: WorkerModel, edgetpu: Control) -> None:
    edgetpu.misbehave("invoke", "hang")
    assert why_lost(mobilenet, replace(OPTIONS, first_invoke_s=0.3)) == "it did not answer within 300 ms"


def test_a_hang_while_loading_ends_with_the_time_for_that(mobilenet: WorkerModel, edgetpu: Control) -> None:
    edgetpu.misbehave("create", "hang")
    assert why_lost(mobilenet, replace(OPTIONS, start_s=1.0)) == "it has not loaded its models within 1 s"


def test_a_failing_invoke_is_told(mobilenet: WorkerModel, edgetpu: Control) -> None:
    edgetpu.misbehave("invoke", "fail")
    assert "edgetpu.tflite: the model failed while running" in why_lost(mobilenet)


def test_one_that_cannot_be_opened_is_told(mobilenet: WorkerModel, edgetpu: Control) -> None:
    edgetpu.attach()
    assert why_lost(mobilenet).startswith(f"libedgetpu cannot open usb:0 at {TPU.node}")


def test_one_that_grows_slow_is_lost(mobilenet: WorkerModel, edgetpu: Control) -> None:
    with running_worker([mobilenet], TPU, OPTIONS) as worker:
        worker.wait_loaded()
        for _ in range(4):
            worker.invoke(0)
        edgetpu.misbehave("invoke", "slow", ms=2000)
        with pytest.raises(Lost, match=r"^it did not answer within \d+ ms$"):
            worker.invoke(0)


def test_a_library_that_does_not_fit_is_named(mobilenet: WorkerModel, tmp_path: Path) -> None:
    source, library = tmp_path / "misfit.c", tmp_path / "libmisfit.so"
    source.write_text(
        'const char *edgetpu_version(void) { return "RuntimeVersion(13)"; }\n'
        "void *tflite_plugin_create_delegate(char **k, char **v, unsigned long n, void *e) { return *(void **)1; }\n"
        "void tflite_plugin_destroy_delegate(void *delegate) {}\n"
    )
    subprocess.run([shutil.which("cc") or "cc", "-shared", "-fPIC", "-w", "-o", library, source], check=True)
    why = why_lost(mobilenet, replace(OPTIONS, library=str(library)))
    assert why.startswith("its process was ended by SIGSEGV; libedgetpu (RuntimeVersion(13)) may not fit ")
    assert why.endswith("install a libedgetpu1-std that was built for it")


def test_what_is_no_library_is_missing(mobilenet: WorkerModel, tmp_path: Path) -> None:
    (tmp_path / "text.so").write_text("no library")
    options = replace(OPTIONS, library=str(tmp_path / "text.so"))
    with (
        running_worker([mobilenet], TPU, options) as worker,
        pytest.raises(LibraryMissing, match=r"text\.so: file too short"),
    ):
        worker.wait_loaded()


def test_one_that_a_stranger_has_opened_is_left_to_it(mobilenet: WorkerModel, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.touch()
    with (
        node.open() as held,
        subprocess.Popen(["sleep", "60"], stdin=held) as stranger,
        running_worker([mobilenet], replace(TPU, node=str(node)), OPTIONS) as worker,
    ):
        with pytest.raises(Busy, match=r"^it is in use by (sleep|python\d?) \(\d+\)$"):
            worker.wait_loaded()
        stranger.kill()
