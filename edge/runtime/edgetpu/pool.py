"""All EdgeTPUs of the machine, for all who have models to run on them."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from edge.base.machine_files import MachineFiles
from edge.base.wake_fd import WakeFd
from edge.errors import ModelError
from edge.runtime.edgetpu.devices import temperature_c
from edge.runtime.edgetpu.model import EdgeTpuModel
from edge.runtime.edgetpu.opened_model import OpenedModel
from edge.runtime.edgetpu.process import WorkerOptions
from edge.runtime.edgetpu.reconciler import ATTACH, Reconciler
from edge.runtime.edgetpu.status import UserStatus
from edge.runtime.edgetpu.step_log import StepLog
from edge.runtime.edgetpu.variants import Tensors, difference
from edge.runtime.interpreter import TfliteModel, describe
from edge.types import EdgeTpuStats

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.runtime.device_choice import DeviceChoice
    from edge.runtime.edgetpu.steps import Step
    from edge.runtime.edgetpu.supervisor import Supervisor
    from edge.runtime.model import Model
    from edge.runtime.model_pair import ModelPair

_OPTIONS = WorkerOptions(stop_s=0.5)
_LOOK_S = 1.0
_SETTLED_S = 60.0
_LEAVE_S = 5.0
_CLOSED = "the EdgeTPUs are not used any more"


def _nobody(_step: Step) -> None:
    """Nobody wants to know."""


class EdgeTpus:
    """Opens models that run on them, on the CPU before that and whenever an EdgeTPU fails; for any thread.

    ``on_step`` is told what happens to them, by threads of its own.
    """

    def __init__(
        self,
        files: MachineFiles | None = None,
        *,
        on_step: Callable[[Step], None] = _nobody,
        options: WorkerOptions = _OPTIONS,
    ) -> None:
        self._files = files or MachineFiles()
        self._on_step = on_step
        self._log = StepLog()
        self._reconciler = Reconciler(self._files, options, self._count, self._log)
        self._opened: tuple[OpenedModel, ...] = ()
        self._restarts: Counter[str] = Counter()
        """Of users by their names, of EdgeTPUs by their paths: a name is another's once one more is plugged in."""
        self._lock = threading.Lock()
        self._wake = WakeFd()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for EdgeTPUs and to start their workers; models opened so far move there one and all."""
        with self._lock:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="edgetpus", daemon=True)
                self._thread.start()

    def open(
        self,
        user: str,
        choice: DeviceChoice,
        pair: ModelPair,
        *,
        threads: int,
        free_px: Callable[[], tuple[int, int]] | None = None,
    ) -> Model:
        """The model of ``pair``, which has a compiled file, for ``user``; where it runs, :meth:`status` says.

        Nothing is waited for: a model without a CPU variant has no results until its EdgeTPU is ready.

        Raises:
            ModelError: a file cannot be used, or there is no CPU variant and no EdgeTPU to run it.
        """
        if pair.edgetpu is None:
            raise ModelError(f"{pair.cpu}: it has no variant for the EdgeTPU; compile one with edgetpu_compiler")
        tensors = Tensors(*describe(pair.edgetpu))
        cpu = _loaded(pair.cpu, threads, free_px) if pair.cpu else None
        unlike = difference(Tensors.of(cpu), tensors) if cpu else ""
        if cpu and unlike:
            tensors = Tensors.of(cpu)
        model = EdgeTpuModel(pair.edgetpu, tensors, cpu)
        opened = OpenedModel.of(user, choice, model, self._wake.call)
        absence = "" if cpu else self._reconciler.absence(opened)
        if absence:
            raise _cannot_run(user, model, absence, ATTACH)
        if unlike:
            model.stay_away(f"{pair.edgetpu} is no variant of {pair.cpu}: {unlike}")
            self._log.refused(opened, model.misfit)
        with self._lock:
            self._opened = (*self._opened, opened)
            if self._is_closed:
                model.fall_back(_CLOSED)
        self._wake.call()
        return model

    def wait_settled(self, user: str, timeout_s: float = _SETTLED_S) -> UserStatus:
        """Where the model of ``user`` runs, once it is known; that may take as long as an EdgeTPU takes to start.

        Raises:
            ModelError: nowhere, as there is no CPU variant, and only a person can change that.
        """
        self.start()
        found = self._newest(user)
        model = found.model() if found else None
        if model is not None:
            model.is_settled.wait(timeout_s)
            if model.remedy and not model.has_cpu_variant:
                raise _cannot_run(user, model, model.reason or "", model.remedy)
        return self.status(user)

    def status(self, user: str) -> UserStatus:
        """Where the next frame of ``user``'s newest model goes, and why."""
        found = self._newest(user)
        model = found.model() if found else None
        if found is None or model is None:
            return UserStatus("cpu", "it has no model for the EdgeTPU", 0, None, is_settled=False)
        reason = model.reason
        supervisor = self._reconciler.supervisor_of(found)
        return UserStatus(
            backend="cpu" if reason and model.has_cpu_variant else "edgetpu",
            reason=reason,
            restarts=self._restarts[user],
            device=supervisor.tpu.name if supervisor else None,
            is_settled=model.is_settled.is_set() and not model.is_being_lost,
        )

    def stats(self) -> tuple[EdgeTpuStats, ...]:
        """How each EdgeTPU that models are on is doing."""
        return tuple(map(self._stats, self._reconciler.supervisors))

    def close(self) -> None:
        """End all workers; models that somebody still has run on the CPU."""
        with self._lock:
            self._is_closed = True
            thread, self._thread = self._thread, None
        self._wake.call()
        if thread:
            thread.join(_LEAVE_S)
        if not (thread and thread.is_alive()):
            self._wake.close()
        for one in self._living():
            one.fall_back(_CLOSED)
        self._opened = ()

    def _run(self) -> None:
        while not self._is_closed:
            try:
                self._reconciler.reconcile([one for one in self._living() if one.wants_edgetpu])
            except (OSError, RuntimeError) as error:
                self._log.out_of(error)
            self._wake.wait(_LOOK_S)
        self._reconciler.close()

    def _living(self) -> tuple[OpenedModel, ...]:
        with self._lock:
            self._opened = tuple(one for one in self._opened if one.model() is not None)
            return self._opened

    def _newest(self, user: str) -> OpenedModel | None:
        return next((one for one in reversed(self._living()) if one.user == user), None)

    def _count(self, step: Step) -> None:
        if step.kind == "restart":
            paths = [one.tpu.path for one in self._reconciler.supervisors if one.tpu.name == step.device]
            with self._lock:
                self._restarts.update([*paths, *step.users])
        self._on_step(step)

    def _stats(self, supervisor: Supervisor) -> EdgeTpuStats:
        tpu = supervisor.tpu
        return EdgeTpuStats(
            device=tpu.name,
            path=tpu.path,
            state=supervisor.state,
            rate_hz=supervisor.throughput.rate_hz(),
            temperature_c=temperature_c(self._files, tpu),
            restarts=self._restarts[tpu.path],
            error=supervisor.error,
        )


def _cannot_run(user: str, model: EdgeTpuModel, reason: str, remedy: str) -> ModelError:
    return ModelError(
        f"{model.path}: compiled for the EdgeTPU, and {reason}; {remedy}, or set {user}.model to the CPU variant"
        " (without _edgetpu)"
    )


def _loaded(path: Path, threads: int, free_px: Callable[[], tuple[int, int]] | None) -> TfliteModel:
    """A CPU variant that is ready to take over at once."""
    model = TfliteModel(path, threads=threads, free_px=free_px)
    model.invoke()
    return model
