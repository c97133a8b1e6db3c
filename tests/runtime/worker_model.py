"""A model in a process of its own: tensors in shared memory, a word to run it; and it can be told where that is.

``python -m tests.runtime.worker_model PATH FD`` is that process.
"""

from __future__ import annotations

import mmap
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.runtime.interpreter import TfliteModel
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from edge.runtime.model import Tensor
    from edge.types import Backend

_SIZE = 1 << 20


class WorkerModel:
    """All that a task asks of a model, for files with image inputs of fixed size."""

    def __init__(self, path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> None:
        del free_px
        self.path = path
        self.backend: Backend = "cpu"
        file = os.memfd_create("tensors")
        os.ftruncate(file, _SIZE)
        self._memory = mmap.mmap(file, _SIZE)
        command = [sys.executable, "-m", __name__, str(path), str(file)]
        self._child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[file], bufsize=0
        )
        os.close(file)
        assert self._child.stdin
        assert self._child.stdout
        self._ask, self._answers = self._child.stdin, self._child.stdout
        self.inputs, self.outputs, self._are_probabilities = pickle.load(self._answers)  # noqa: S301  # a process of our own
        self._views = _views(self._memory, (*self.inputs.values(), *self.outputs.values()))

    def view(self, tensor: Tensor) -> NDArray[Any]:
        return self._views[tensor.index]

    def invoke(self) -> None:
        self._ask.write(b"!")
        assert self._answers.read(1) == b"!"

    def yields_probabilities(self, output: Tensor) -> bool:
        return bool(self._are_probabilities[output.name])

    def close(self) -> None:
        self._ask.close()
        self._answers.close()
        self._child.wait()


def _views(memory: mmap.mmap, tensors: Iterable[Tensor]) -> dict[int, NDArray[Any]]:
    """Each at an offset of its own; those of one index are one."""
    views: dict[int, NDArray[Any]] = {}
    offset = 0
    for tensor in tensors:
        if tensor.index not in views:
            views[tensor.index] = np.ndarray(tensor.shape, tensor.dtype, memory, offset)
            offset += -(-views[tensor.index].nbytes // 64) * 64
    return views


def serve(path: Path, file: int) -> None:
    model = TfliteModel(path)
    inputs, outputs = tuple(model.inputs.values()), tuple(model.outputs.values())
    views = _views(mmap.mmap(file, _SIZE), (*inputs, *outputs))
    described = dict(model.inputs), dict(model.outputs), {one.name: model.yields_probabilities(one) for one in outputs}
    pickle.dump(described, sys.stdout.buffer)
    sys.stdout.flush()
    while sys.stdin.buffer.read(1):
        for tensor in inputs:
            model.view(tensor)[...] = views[tensor.index]
        model.invoke()
        for tensor in outputs:
            views[tensor.index][...] = model.view(tensor)
        sys.stdout.buffer.write(b"!")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
