"""A model that an EdgeTPU computes while it answers, and the CPU from the very frame on for which it does not."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.errors import ModelOutputError
from edge.runtime.edgetpu.lost import Lost, not_working
from edge.runtime.edgetpu.memory import TensorMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.runtime.edgetpu.process import WorkerProcess
    from edge.runtime.edgetpu.variants import Tensors
    from edge.runtime.model import Model, Tensor
    from edge.types import Backend


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model runs: on ``device`` (as ``usb:0``) in ``worker``, as its model ``number``.

    ``done`` and ``lost`` are told what becomes of it.
    """

    device: str
    worker: WorkerProcess
    number: int
    done: Callable[[], None]
    lost: Callable[[], None]


class EdgeTpuModel:
    """A :class:`edge.runtime.model.Model` in two variants, or in the compiled one alone.

    It is invoked by its user's thread; whoever keeps EdgeTPUs running says where, at any time.
    """

    def __init__(self, compiled: Path, tensors: Tensors, cpu: Model | None) -> None:
        """``tensors`` are those of the file ``compiled``; those of ``cpu``, loaded and warm, mean the same."""
        self.compiled = compiled
        self.path = cpu.path if cpu else compiled
        self.memory = TensorMemory(tensors.inputs)
        self.tensors = tensors
        """Those that ``compiled`` has to have."""
        self.inputs: Mapping[str, Tensor] = cpu.inputs if cpu else _by_name(tensors.inputs)
        self.outputs: Mapping[str, Tensor] = cpu.outputs if cpu else _by_name(tensors.outputs)
        self.backend: Backend = "cpu" if cpu else "edgetpu"
        self.misfit = ""
        """Why none may ever go there."""
        self.is_settled = threading.Event()
        """Whether it is known where the next frame goes, and nothing is about to change that."""
        self.remedy = ""
        """What a person can do about it where nothing else helps."""
        self._cpu = cpu
        self._reason = "the EdgeTPU has not been started yet"
        self._place: Place | None = None
        self._inputs = _by_index(self.inputs, self.memory.views)
        self._answers = _by_index(self.outputs, [np.zeros(t.shape, t.dtype) for t in tensors.outputs])

    @property
    def has_cpu_variant(self) -> bool:
        """Whether the CPU can take over."""
        return self._cpu is not None

    @property
    def reason(self) -> str | None:
        """Why the next frame does not go to the EdgeTPU; None where it does."""
        place = self._place
        if place is None:
            return self._reason
        lost = place.worker.lost
        return not_working(place.device, lost) if lost else None

    @property
    def is_being_lost(self) -> bool:
        """Whether its worker is lost, which nobody has taken care of yet."""
        place = self._place
        return place is not None and place.worker.lost is not None

    def run_at(self, place: Place) -> None:
        """Have the next frame computed there."""
        self._place, self.remedy = place, ""
        self.is_settled.set()

    def wait(self, reason: str) -> None:
        """Have the CPU compute until there is a place, which something is being done about."""
        self._reason, self.remedy, self._place = reason, "", None
        self.is_settled.clear()

    def fall_back(self, reason: str, remedy: str = "") -> None:
        """Have the CPU compute; ``remedy`` is what a person can do where nothing else helps."""
        self._reason, self.remedy, self._place = reason, remedy, None
        self.is_settled.set()

    def stay_away(self, misfit: str) -> None:
        """Have the CPU compute for good."""
        self.misfit = misfit
        self.fall_back(misfit)

    def view(self, tensor: Tensor) -> NDArray[Any]:
        """The tensor's own memory; see :meth:`edge.runtime.model.Model.view`."""
        if tensor.index in self._inputs:
            return self._inputs[tensor.index]
        if self._cpu and self.backend == "cpu":
            return self._cpu.view(tensor)
        return self._answers[tensor.index]

    def invoke(self) -> None:
        """Run it on the EdgeTPU or, where that does not answer in time, on the CPU; other Python threads run meanwhile.

        Raises:
            ModelOutputError: the EdgeTPU cannot compute this one, and there is no CPU variant.
            ModelError: the CPU variant failed.
        """
        place = self._place
        if not (place and self._invoke_at(place)):
            self._invoke_on_cpu()

    def yields_probabilities(self, output: Tensor) -> bool:
        """Whether ``output`` is already a probability (softmax or sigmoid) by the model's own description."""
        return self._cpu.yields_probabilities(output) if self._cpu else output.has_softmax_scale

    def _invoke_at(self, place: Place) -> bool:
        try:
            place.worker.invoke(place.number)
        except Lost:
            place.lost()
            return False
        self._answers = _by_index(self.outputs, place.worker.outputs(place.number))
        self.backend = "edgetpu"
        place.done()
        return True

    def _invoke_on_cpu(self) -> None:
        if self._cpu is None:
            raise ModelOutputError(f"{self.path}: compiled for the EdgeTPU, and {self.reason}")
        for tensor in self.inputs.values():
            np.copyto(self._cpu.view(tensor), self._inputs[tensor.index])
        self._cpu.invoke()
        self.backend = "cpu"


def _by_name(tensors: Iterable[Tensor]) -> Mapping[str, Tensor]:
    return MappingProxyType({tensor.name: tensor for tensor in tensors})


def _by_index(tensors: Mapping[str, Tensor], arrays: Sequence[NDArray[Any]]) -> dict[int, NDArray[Any]]:
    return {tensor.index: array for tensor, array in zip(tensors.values(), arrays, strict=True)}
