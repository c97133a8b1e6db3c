"""A model that somebody has opened, as those know it who find it an EdgeTPU."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.runtime.edgetpu.process import WorkerModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from edge.runtime.device_choice import DeviceChoice
    from edge.runtime.edgetpu.deadline import Deadline
    from edge.runtime.edgetpu.memory import TensorMemory
    from edge.runtime.edgetpu.model import EdgeTpuModel, Place
    from edge.runtime.edgetpu.variants import Tensors


@dataclass(frozen=True, slots=True, eq=False)
class OpenedModel:
    """What can be known of it without keeping it alive: it is over as soon as its ``user`` has forgotten it."""

    user: str
    choice: DeviceChoice
    model: weakref.ref[EdgeTpuModel]
    compiled: Path
    tensors: Tensors
    memory: TensorMemory

    @classmethod
    def of(cls, user: str, choice: DeviceChoice, model: EdgeTpuModel, forgotten: Callable[[], None]) -> OpenedModel:
        """``forgotten`` is called once nobody has ``model`` any more, by any thread."""
        reference = weakref.ref(model, lambda _: forgotten())
        return cls(user, choice, reference, model.compiled, model.tensors, model.memory)

    @property
    def wants_edgetpu(self) -> bool:
        """Whether somebody has it, and an EdgeTPU may run it."""
        model = self.model()
        return model is not None and not model.misfit

    @property
    def cpu_variant(self) -> Path | None:
        """The file that the CPU runs while no EdgeTPU does; None without, and once nobody has the model."""
        model = self.model()
        return model.path if model is not None and model.has_cpu_variant else None

    def for_worker(self, deadline: Deadline) -> WorkerModel:
        """What a worker has to know of it."""
        return WorkerModel(self.compiled, self.tensors, self.memory, deadline)

    def run_at(self, place: Place) -> None:
        """Have the next frame computed there."""
        if (model := self.model()) is not None:
            model.run_at(place)

    def wait(self, reason: str) -> None:
        """Have the CPU compute until there is a place, which something is being done about."""
        if (model := self.model()) is not None:
            model.wait(reason)

    def fall_back(self, reason: str, remedy: str = "") -> None:
        """Have the CPU compute; ``remedy`` is what a person can do where nothing else helps."""
        if (model := self.model()) is not None:
            model.fall_back(reason, remedy)


def users_of(opened: Iterable[OpenedModel]) -> tuple[str, ...]:
    """Whose they are, each once."""
    return tuple(dict.fromkeys(one.user for one in opened if one.wants_edgetpu))
