"""Models on EdgeTPUs that come, go and fail: a stand-in for libedgetpu, and a tree of ``/sys``."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.base.machine_files import MachineFiles
from edge.runtime.device_choice import parse_device
from edge.runtime.edgetpu.pool import EdgeTpus
from edge.runtime.edgetpu.process import WorkerOptions
from edge.runtime.interpreter import TfliteModel
from edge.runtime.model_pair import ModelPair
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.runtime.edgetpu.steps import Step
    from edge.runtime.model import Model
    from edge.types import Backend, StepKind
    from tests.standin.control import Control
    from tests.support import SharedData

PATIENCE_S = 30.0
FRAME_S = 1.5
"""A frame may take the longest deadline, and the CPU variant after it."""


def wait_until(condition: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    until_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until_s, "it has not happened"
        time.sleep(0.01)


@dataclass
class Bench:
    """The appliance in little: the machine, the library, the EdgeTPUs and what they tell."""

    sysfs: Sysfs
    control: Control
    pair: ModelPair
    edgetpus: EdgeTpus
    steps: list[Step] = field(default_factory=list)

    def open(self, user: str = "pose", device: str = "auto", pair: ModelPair | None = None) -> Model:
        return self.edgetpus.open(user, parse_device(device), pair or self.pair, threads=1)

    def kinds(self, user: str = "pose") -> list[StepKind]:
        return [step.kind for step in self.steps if user in step.users]

    def is_on_edgetpu(self, user: str = "pose") -> bool:
        return self.edgetpus.status(user).backend == "edgetpu"

    def reason(self, user: str = "pose") -> str:
        return self.edgetpus.status(user).reason or ""

    def running(self, user: str = "pose", device: str = "auto") -> Model:
        """A model that runs on the EdgeTPU."""
        model = self.open(user, device)
        self.edgetpus.start()
        wait_until(lambda: self.is_on_edgetpu(user))
        return model

    def workers(self) -> list[int]:
        me = os.getpid()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"edge.runtime.edgetpu.worker" in words and str(me).encode() in words:
                found.append(int(entry.name))
        return found


def fill(model: Model, seed: int = 1) -> None:
    for tensor in model.inputs.values():
        view = model.view(tensor)
        view[...] = np.random.default_rng(seed).integers(0, 256, view.shape)


def answer(model: Model) -> list[Any]:
    return [np.array(model.view(tensor)) for tensor in model.outputs.values()]


def compute(model: Model, seed: int = 1) -> Backend:
    """One frame, which never takes long; what has computed it."""
    fill(model, seed)
    began_s = time.monotonic()
    model.invoke()
    assert time.monotonic() - began_s < FRAME_S
    return model.backend


@pytest.fixture
def pair(shared: SharedData) -> ModelPair:
    folder = shared.path("models/mobilenet")
    return ModelPair(
        folder / "mobilenet_v1_0.25_128_quant.tflite", folder / "mobilenet_v1_0.25_128_quant_edgetpu.tflite"
    )


@pytest.fixture
def bench(tmp_path: Path, edgetpu: Control, pair: ModelPair) -> Iterator[Bench]:
    steps: list[Step] = []
    sysfs = Sysfs(tmp_path / "machine")
    edgetpus = EdgeTpus(MachineFiles(sysfs.root), on_step=steps.append, options=WorkerOptions(stop_s=0.5))
    yield Bench(sysfs, edgetpu, pair, edgetpus, steps)
    edgetpus.close()


def test_a_model_moves_to_the_edgetpu_once_that_has_started(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.open()
    assert compute(model) == "cpu"
    assert bench.reason() == "the EdgeTPU has not been started yet"
    bench.edgetpus.start()
    status = bench.edgetpus.wait_settled("pose")
    assert (status.backend, status.reason, status.device) == ("edgetpu", None, "usb:0")
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["ready"]


def test_both_variants_give_their_answers(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.running()
    compute(model)
    there = answer(model)
    bench.edgetpus.close()
    assert compute(model) == "cpu"
    here = answer(model)
    alone = TfliteModel(bench.pair.cpu or Path())
    compute(alone)
    np.testing.assert_array_equal(here, answer(alone))
    assert not np.array_equal(here, there), "the stand-in answers with something else"


@pytest.mark.parametrize("what", ["abort", "hang", "fail", "slow"])
def test_what_goes_wrong_there_costs_no_frame(bench: Bench, what: Any) -> None:
    bench.sysfs.plug()
    model = bench.running()
    for _ in range(10):
        compute(model)
    bench.control.misbehave("invoke", what, 1500, once=True)
    assert compute(model) == "cpu"
    assert not bench.is_on_edgetpu()
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["ready", "lost", "restart", "ready"]
    assert bench.edgetpus.status("pose").restarts == 1
