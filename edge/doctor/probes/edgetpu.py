"""Runs a model on an EdgeTPU, in a process of its own below this one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer
from edge.doctor.probes.variants import variants
from edge.errors import ModelError
from edge.runtime.edgetpu.deadline import Deadline
from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.edgetpu.memory import TensorMemory
from edge.runtime.edgetpu.process import WorkerModel, WorkerOptions
from edge.runtime.edgetpu.running import running_worker
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.interpreter import describe, runtime_release

if TYPE_CHECKING:
    from collections.abc import Mapping


def run_on_edgetpu(request: Mapping[str, Any]) -> dict[str, Any]:
    """Which model of the tasks has run there, in how many ms, by which runtime; no ``model`` where there is none.

    Raises:
        Lost: it did not; the sentence says how that came.
        ModelError: the file cannot be used.
    """
    found = variants(request)["variants"].values()
    name, path = next(((name, Path(path)) for name, path, _ in found if path), ("", None))
    if path is None:
        return {"model": ""}
    tensors = Tensors(*describe(path))
    model = WorkerModel(path, tensors, TensorMemory(tensors.inputs), Deadline())
    with running_worker([model], EdgeTpu(**request["tpu"]), WorkerOptions()) as worker:
        (refusal,) = worker.wait_loaded().models
        if refusal:
            raise ModelError(refusal)
        worker.warm(0)
        began_s = time.monotonic()
        worker.invoke(0)
        invoke_ms = (time.monotonic() - began_s) * 1e3
    return {"model": name, "invoke_ms": invoke_ms, "runtime": runtime_release()}


if __name__ == "__main__":
    answer(run_on_edgetpu)
