"""A model in two places, with a real worker that computes on the CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelOutputError
from edge.runtime.edgetpu.deadline import Deadline
from edge.runtime.edgetpu.model import EdgeTpuModel, Place
from edge.runtime.edgetpu.process import WorkerModel
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.interpreter import TfliteModel, describe
from tests.runtime.edgetpu.bench import answer, compute
from tests.runtime.edgetpu.support import loaded_worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support import SharedData


@pytest.fixture
def path(shared: SharedData) -> Path:
    return shared.path("models/mobilenet/mobilenet_v1_0.25_128_quant.tflite")


class Told:
    """What a place is told."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def word(self, word: str) -> Callable[[], None]:
        return lambda: self.words.append(word)


def test_the_next_frame_goes_where_its_place_is(path: Path) -> None:
    model = EdgeTpuModel(path, Tensors(*describe(path)), TfliteModel(path))
    told = Told()
    assert compute(model) == "cpu"
    on_cpu = answer(model)
    assert told.words == []
    status = [model.reason]
    with loaded_worker(WorkerModel(path, model.tensors, model.memory, Deadline())) as worker:
        model.run_at(Place("usb:0", worker, 0, told.word("done"), told.word("lost")))
        status.append(model.reason)
        assert compute(model) == "edgetpu"
        np.testing.assert_array_equal(answer(model), on_cpu)
        worker.kill()
        status.append(model.reason)
        assert compute(model) == "cpu"
        assert compute(model) == "cpu"
        assert told.words == ["done", "lost", "lost"]
        model.fall_back("it is lost")
        assert compute(model) == "cpu"
    assert told.words == ["done", "lost", "lost"]
    assert status == ["the EdgeTPU has not been started yet", None, "the EdgeTPU usb:0 does not work: it was ended"]


def test_inputs_stay_what_they_were_wherever_they_are_used(path: Path) -> None:
    model = EdgeTpuModel(path, Tensors(*describe(path)), TfliteModel(path))
    compute(model, seed=5)
    on_cpu = answer(model)
    with loaded_worker(WorkerModel(path, model.tensors, model.memory, Deadline())) as worker:
        model.run_at(Place("usb:0", worker, 0, lambda: None, lambda: None))
        model.invoke()
        np.testing.assert_array_equal(answer(model), on_cpu)
        there = [model.view(tensor) for tensor in model.outputs.values()]
    np.testing.assert_array_equal(there, on_cpu, "answers stay after the worker's end")


def test_names_are_those_of_the_cpu_variant(path: Path, shared: SharedData) -> None:
    compiled = shared.path("models/mobilenet/mobilenet_v1_0.25_128_quant_edgetpu.tflite")
    cpu = TfliteModel(path)
    both, alone = (EdgeTpuModel(compiled, Tensors(*describe(compiled)), one) for one in (cpu, None))
    assert (both.path, alone.path) == (path, compiled)
    assert both.inputs == cpu.inputs
    assert both.outputs == cpu.outputs
    assert (both.backend, alone.backend) == ("cpu", "edgetpu")
    for model in (both, alone):
        (output,) = model.outputs.values()
        assert model.yields_probabilities(output)


def test_without_a_cpu_variant_a_frame_has_no_result_but_a_reason(path: Path) -> None:
    model = EdgeTpuModel(path, Tensors(*describe(path)), None)
    assert [view.shape for view in answer(model)] == [(1, 1001)]
    model.fall_back("the EdgeTPU usb:0 was unplugged", "plug it in again")
    with pytest.raises(ModelOutputError, match=r"compiled for the EdgeTPU, and the EdgeTPU usb:0 was unplugged"):
        compute(model)
