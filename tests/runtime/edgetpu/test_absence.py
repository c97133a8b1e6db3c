"""The EdgeTPU is there, but its library is not, or somebody else has it, or it cannot run the model."""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from edge.errors import ModelError, ModelOutputError
from edge.runtime.edgetpu.device_lock import lock_device
from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.model_pair import ModelPair
from tests.runtime.edgetpu.bench import Bench, compute, wait_until
from tests.standin.control import PORT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

LOG = "edge.runtime.edgetpu"


@pytest.fixture
def only_compiled(bench: Bench) -> ModelPair:
    return replace(bench.pair, cpu=None)


@pytest.mark.usefixtures("soon")
def test_without_the_library_the_cpu_computes(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOG)
    bench.sysfs.plug()
    away = bench.library.rename(bench.library.with_suffix(".away"))
    models = [bench.open("pose"), bench.open("action"), bench.open("hands", "edgetpu")]
    bench.edgetpus.start()
    wait_until(lambda: len(caplog.messages) == 2)
    assert [compute(model) for model in models] == ["cpu"] * 3
    reason = bench.reason()
    assert reason.startswith(f"{bench.library} cannot be loaded")
    assert caplog.messages == [
        f"hands is to run on the EdgeTPU: {reason}; the CPU runs {models[2].path.name}",
        f"{reason}; the CPU computes pose and action",
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert bench.kinds() == ["wait"]
    away.rename(bench.library)
    wait_until(bench.is_on_edgetpu)
    assert bench.kinds() == ["wait", "ready"], "nothing was lost, and nothing told twice"
    assert bench.edgetpus.status("pose").restarts == 0


@pytest.mark.usefixtures("soon")
def test_whoever_has_it_is_named_and_waited_for(bench: Bench) -> None:
    bench.sysfs.plug()
    with lock_device(EdgeTpu("usb", 0, f"/sys/bus/usb/devices/{PORT}", "/dev/bus/usb/002/002")):
        model = bench.open()
        bench.edgetpus.start()
        wait_until(lambda: bench.kinds() == ["wait"])
        assert bench.reason() == f"the EdgeTPU usb:0 is not free: it is in use by another edge process ({os.getpid()})"
        (stats,) = bench.edgetpus.stats()
        assert stats.state == "busy"
        assert compute(model) == "cpu"
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["wait", "ready"]


def test_a_model_that_only_an_edgetpu_can_run_is_waited_for(bench: Bench, only_compiled: ModelPair) -> None:
    bench.sysfs.plug()
    model = bench.open(pair=only_compiled)
    with pytest.raises(ModelOutputError, match="the EdgeTPU has not been started yet"):
        compute(model)
    assert bench.edgetpus.wait_settled("pose").reason is None
    assert compute(model) == "edgetpu"
    bench.control.misbehave("invoke", "abort", once=True)
    with pytest.raises(ModelOutputError, match="compiled for the EdgeTPU, and the EdgeTPU usb:0"):
        compute(model)
    wait_until(lambda: bench.edgetpus.status("pose").reason is None)
    assert compute(model) == "edgetpu"


def test_a_model_that_only_an_edgetpu_can_run_needs_one(bench: Bench, only_compiled: ModelPair) -> None:
    remedy = "attach a Coral, or set pose.model to the CPU variant (without _edgetpu)"
    with pytest.raises(ModelError) as raised:
        bench.open(pair=only_compiled)
    assert str(raised.value) == (
        f"{only_compiled.edgetpu}: compiled for the EdgeTPU, and no EdgeTPU is attached; {remedy}"
    )


def test_a_model_that_only_an_edgetpu_can_run_needs_the_library(bench: Bench, only_compiled: ModelPair) -> None:
    bench.sysfs.plug()
    bench.library.unlink()
    _model = bench.open(pair=only_compiled)
    with pytest.raises(ModelError, match=r"cannot be loaded .*; see edge doctor, or set pose.model to the CPU variant"):
        bench.edgetpus.wait_settled("pose")


@pytest.mark.usefixtures("soon")
def test_what_may_still_come_back_is_no_error(bench: Bench, only_compiled: ModelPair) -> None:
    bench.sysfs.plug()
    bench.control.misbehave("create", "fail")
    model = bench.open(pair=only_compiled)
    bench.edgetpus.wait_settled("pose")
    with pytest.raises(ModelOutputError, match="the EdgeTPU usb:0 does not work: libedgetpu cannot open usb:0"):
        compute(model)
    bench.control.behave()
    wait_until(lambda: bench.edgetpus.status("pose").reason is None)
    assert compute(model) == "edgetpu"


def test_variants_that_are_none_of_each_other_are_not_mixed(
    bench: Bench, shared: SharedData, caplog: pytest.LogCaptureFixture
) -> None:
    bench.sysfs.plug()
    other = shared.path("models/mobilenet/mobilenet_v2_1.0_224_quant.tflite")
    model = bench.open(pair=ModelPair(other, bench.pair.edgetpu))
    bench.edgetpus.start()
    reason = (
        f"{bench.pair.edgetpu} is no variant of {other}: its input 0 is 1x128x128x3 uint8, scale 0.0078125, zero point"
        " 128, not 1x224x224x3 uint8, scale 0.0078125, zero point 128"
    )
    assert bench.edgetpus.wait_settled("pose").reason == reason
    assert compute(model) == "cpu"
    assert bench.workers() == []
    assert caplog.messages == [f"pose: {reason}; the CPU computes it"]


@pytest.fixture
def refused(bench: Bench, tmp_path: Path) -> Path:
    """Such as one that was compiled for a newer runtime: it is known only once the library has seen it."""
    path = tmp_path / "refused_edgetpu.tflite"
    assert bench.pair.edgetpu is not None
    path.write_bytes(bench.pair.edgetpu.read_bytes().replace(b"edgetpu-custom-op", b"edgetpu-custom-oq"))
    return path


def test_a_model_that_the_runtime_refuses_leaves_the_others_alone(bench: Bench, refused: Path) -> None:
    bench.sysfs.plug()
    models = [bench.open("pose"), bench.open("action", pair=replace(bench.pair, edgetpu=refused))]
    bench.edgetpus.start()
    wait_until(bench.is_on_edgetpu)
    assert [compute(model) for model in models] == ["edgetpu", "cpu"]
    wait_until(lambda: bench.kinds("action") == ["wait"])
    assert bench.reason("action").startswith("the EdgeTPU cannot run it: ")
    assert bench.kinds("pose") == ["ready"]


@pytest.mark.usefixtures("soon")
def test_a_model_that_is_refused_alone_says_why_and_is_tried_again(
    bench: Bench, refused: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench.sysfs.plug()
    model = bench.open(pair=replace(bench.pair, edgetpu=refused))
    status = bench.edgetpus.wait_settled("pose")
    reason = status.reason or ""
    assert reason.startswith("the EdgeTPU cannot run it: ")
    assert (status.backend, status.device) == ("cpu", "usb:0")
    created = len(bench.control.created())
    wait_until(lambda: len(bench.control.created()) > created + 1)
    assert bench.reason() == reason, "also while it is tried again"
    assert bench.kinds() == ["wait"], "it is told once"
    assert caplog.messages == [f"pose: {reason}; the CPU computes it"]
    assert compute(model) == "cpu"
    bench.sysfs.unplug()
    wait_until(lambda: bench.reason() == "the EdgeTPU usb:0 was unplugged")
    bench.sysfs.plug()
    wait_until(lambda: bench.reason() == reason)
    wait_until(lambda: bench.kinds() == ["wait", "wait"])


@pytest.mark.usefixtures("soon")
def test_a_file_that_is_away_for_a_moment_is_no_refusal_for_ever(bench: Bench, tmp_path: Path) -> None:
    assert bench.pair.edgetpu is not None
    bench.sysfs.plug()
    path = tmp_path / "copy_edgetpu.tflite"
    shutil.copy(bench.pair.edgetpu, path)
    model = bench.open(pair=replace(bench.pair, edgetpu=path))
    bench.edgetpus.start()
    wait_until(bench.is_on_edgetpu)
    away = path.rename(tmp_path / "away")
    bench.control.misbehave("invoke", "abort", once=True)
    assert compute(model) == "cpu"
    wait_until(lambda: bench.kinds() == ["ready", "lost", "restart", "wait"])
    assert str(path) in bench.reason()
    away.rename(path)
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    wait_until(lambda: bench.kinds() == ["ready", "lost", "restart", "wait", "ready"])


def test_a_model_for_an_edgetpu_alone_that_is_refused_is_an_error(bench: Bench, refused: Path) -> None:
    bench.sysfs.plug()
    _model = bench.open(pair=ModelPair(None, refused))
    with pytest.raises(ModelError, match=r"the EdgeTPU cannot run it: .*or install another libedgetpu"):
        bench.edgetpus.wait_settled("pose")


def test_once_only_refused_models_are_left_they_are_tried_again(bench: Bench, refused: Path) -> None:
    bench.sysfs.plug()
    goes: Any = bench.running("pose")
    stays = bench.open("action", pair=replace(bench.pair, edgetpu=refused))
    wait_until(lambda: bench.kinds("action") == ["wait"])
    created = len(bench.control.created())
    compute(goes)
    del goes
    wait_until(lambda: len(bench.control.created()) > created)
    wait_until(lambda: bench.edgetpus.stats()[0].state == "waiting")
    assert compute(stays) == "cpu"
