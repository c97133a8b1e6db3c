"""Which backend computes each task, why, and who is told of it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from edge.daemon.device_notices import DeviceNotices
from edge.daemon.fallback_events import FallbackEvents
from edge.daemon.task_backend import ON_THE_CPU, TaskBackend
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.runtime.edgetpu.pool import EdgeTpus
from edge.tasks.common.device import device_choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.base.machine_files import MachineFiles
    from edge.config.sections import Settings
    from edge.daemon.event_detector import EventSink
    from edge.runtime.edgetpu.steps import Step
    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import EdgeTpuStats, TaskName

NOT_ATTACHED = "no EdgeTPU is attached"


class Backends:
    """The EdgeTPUs of the appliance, and what is told of them: in stats, events, the log and to people."""

    def __init__(self, settings: Settings, sink: EventSink, files: MachineFiles) -> None:
        """``files`` are those in which EdgeTPUs are looked for."""
        self._settings = settings
        self._files = files
        self._models: Mapping[TaskName, ChosenModel] = {}
        self._known = self._attached()
        self._unusable: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._events = FallbackEvents(sink)
        self._notices = DeviceNotices()
        self.edgetpus = EdgeTpus(files, on_step=self._take)
        """Opens the models of the tasks that may be computed there."""

    def start(self, models: Mapping[TaskName, ChosenModel]) -> None:
        """Begin to use EdgeTPUs, for ``models``."""
        self.look(models)
        self.edgetpus.start()

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._settings, self._models = settings, {}

    def look(self, models: Mapping[TaskName, ChosenModel]) -> None:
        """Take in which models the tasks run now; to be called about every second."""
        if models != self._models:
            self._models = models
            self._notices.tell(self._settings, models, is_attached=bool(self._attached()))
            self._events.tune({task: one.name for task, one in models.items() if self._may_be_there(task, one)})

    def has_come(self) -> bool:
        """Whether an EdgeTPU is attached that was not when this was last asked."""
        before, self._known = self._known, self._attached()
        return not self._known <= before

    def of(self, task: TaskName, model: ChosenModel) -> TaskBackend:
        """Where ``task`` is computed, which runs ``model``; may be asked by any thread."""
        if self._may_be_there(task, model):
            status = self.edgetpus.status(task)
            failed = task in self._events.troubles()
            return TaskBackend(status.backend, status.reason, status.restarts, has_failed=failed)
        if device_choice(task, self._settings).kind == "cpu":
            return ON_THE_CPU
        nothing_to_do = model.edgetpu_may_come and not self._attached()
        return TaskBackend(reason=NOT_ATTACHED if nothing_to_do else model.no_edgetpu or None)

    def stats(self) -> tuple[EdgeTpuStats, ...]:
        """How the EdgeTPUs that models are on are doing; may be asked by any thread."""
        return self.edgetpus.stats()

    def troubles(self) -> dict[TaskName, str]:
        """Why the CPU computes a task that is set to an EdgeTPU, or that was on one; may be asked by any thread.

        A model that has no variant for the EdgeTPU is no trouble: nothing can be done about it.
        """
        set_to_edgetpu = {
            task: reason for task, model in self._models.items() if (reason := self._why_not(task, model))
        }
        return set_to_edgetpu | self._events.troubles()

    def close(self) -> None:
        """End the use of EdgeTPUs, and all that goes on."""
        self.edgetpus.close()
        self._events.stop()

    def _why_not(self, task: TaskName, model: ChosenModel) -> str:
        if device_choice(task, self._settings).kind != "edgetpu":
            return ""
        if model.edgetpu is None:
            return model.no_edgetpu if model.edgetpu_may_come else ""
        status = self.edgetpus.status(task)
        is_starting = status.device is not None and task not in self._unusable
        return "" if status.backend == "edgetpu" or is_starting else status.reason or ""

    def _take(self, step: Step) -> None:
        """Called by the threads that look after EdgeTPUs."""
        self._events.take(step)
        with self._lock:
            if step.kind == "ready":
                self._unusable -= set(step.users)
            elif step.kind == "wait":
                self._unusable |= set(step.users)

    def _may_be_there(self, task: TaskName, model: ChosenModel) -> bool:
        return model.edgetpu is not None and device_choice(task, self._settings).kind != "cpu"

    def _attached(self) -> frozenset[str]:
        return frozenset(tpu.path for tpu in find_edgetpus(self._files))
