"""Where models are measured: on the processor, in this process, or on an EdgeTPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from edge.errors import ModelError
from edge.runtime.edgetpu.pool import EdgeTpus
from edge.runtime.interpreter import TfliteModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.base.machine_files import MachineFiles
    from edge.runtime.device_choice import DeviceChoice
    from edge.runtime.model import Model
    from edge.runtime.model_pair import ModelPair
    from edge.types import Backend, TaskName

_STOP = "stop that first; the service: sudo systemctl stop edge"
_EXAMINE = "edge doctor says what a Coral needs"


class Device(Protocol):
    """Opens the models of one task, and computes them."""

    backend: Backend
    models: list[Model]
    """Those opened so far."""

    def open(self, path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> Model:
        """A model of the task, see :class:`edge.runtime.model.ModelOpener`."""
        ...

    def wait_ready(self) -> str:
        """Wait until the opened models are computed here; the device, as ``cpu`` or ``usb:0``.

        Raises:
            ModelError: they will not be.
        """
        ...

    def check(self) -> None:
        """Raise ``ModelError`` where their last run was not computed here."""
        ...

    def close(self) -> None:
        """Give back what was taken."""
        ...


class CpuDevice:
    """The CPU."""

    backend: Backend = "cpu"

    def __init__(self, threads: int) -> None:
        self.models: list[Model] = []
        self._threads = threads

    def open(self, path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> Model:
        """A model in this process."""
        self.models.append(TfliteModel(path, threads=self._threads, free_px=free_px))
        return self.models[-1]

    def wait_ready(self) -> str:
        """It always is."""
        return "cpu"

    def check(self) -> None:
        """Nothing else computes its models."""

    def close(self) -> None:
        """Nothing was taken."""


class EdgeTpuDevice:
    """An EdgeTPU, with a worker of its own, as the service has it; the CPU variant is loaded beside."""

    backend: Backend = "edgetpu"

    def __init__(
        self, task: TaskName, choice: DeviceChoice, pair: ModelPair, *, threads: int, files: MachineFiles
    ) -> None:
        self.models: list[Model] = []
        self._task, self._choice, self._pair, self._threads = task, choice, pair, threads
        self._edgetpus = EdgeTpus(files)

    def open(self, _path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> Model:
        """A model on the EdgeTPU that is chosen, or on any."""
        self.models.append(
            self._edgetpus.open(self._task, self._choice, self._pair, threads=self._threads, free_px=free_px)
        )
        return self.models[-1]

    def wait_ready(self) -> str:
        """Wait until it is there with the models, which may take as long as it takes to load its firmware."""
        status = self._edgetpus.wait_settled(self._task)
        if status.reason or status.device is None:
            is_busy = any(one.state == "busy" for one in self._edgetpus.stats())
            raise ModelError(f"{status.reason}; {_STOP if is_busy else _EXAMINE}")
        return status.device

    def check(self) -> None:
        """Raise ``ModelError`` where the CPU variant has computed a model."""
        if any(model.backend != "edgetpu" for model in self.models):
            reason = self._edgetpus.status(self._task).reason or "it is back by now"
            raise ModelError(f"the EdgeTPU was lost while it was measured: {reason}")

    def close(self) -> None:
        """End the worker."""
        self._edgetpus.close()
