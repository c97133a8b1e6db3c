"""Workers for tests: real processes that compute on the CPU, as no library is named to them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from edge.runtime.edgetpu.deadline import Deadline
from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.edgetpu.memory import TensorMemory
from edge.runtime.edgetpu.process import WorkerModel, WorkerOptions
from edge.runtime.edgetpu.running import running_worker
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.interpreter import describe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.runtime.edgetpu.process import WorkerProcess

ON_CPU = WorkerOptions(library="")
_numbers = count()


def new_tpu() -> EdgeTpu:
    """One that is nowhere, and that no other test has."""
    name = f"test-{os.getpid()}-{next(_numbers)}"
    return EdgeTpu("usb", 0, f"/sys/bus/usb/devices/{name}", f"/dev/bus/usb/{name}")


def worker_model(path: Path) -> WorkerModel:
    """The file at ``path`` for a worker, with memory for what it takes."""
    tensors = Tensors(*describe(path))
    return WorkerModel(path, tensors, TensorMemory(tensors.inputs), Deadline())


@contextmanager
def loaded_worker(*models: WorkerModel, options: WorkerOptions = ON_CPU) -> Iterator[WorkerProcess]:
    """A worker that has loaded its models."""
    with running_worker(models, new_tpu(), options) as worker:
        worker.wait_loaded()
        yield worker
