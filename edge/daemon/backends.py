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
    from edge.runtime.edgetpu.status import UserStatus
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
        self.edgetpus = EdgeTpus(files, on_step=self._events.take)
        """Opens the models of the tasks that may be computed there."""

    def start(self, models: Mapping[TaskName, ChosenModel]) -> None:
        """Begin to use EdgeTPUs, for ``models``."""
        self.look(models)
        self.edgetpus.start()

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        moved = [task for task in self._models if device_choice(task, settings) != device_choice(task, self._settings)]
        self._events.leave(moved)
        self._settings, self._models = settings, {}

    def look(self, models: Mapping[TaskName, ChosenModel]) -> None:
        """Take in which models the tasks run now, and what they miss; to be called about every second."""
        if models != self._models:
            self._models = models
            self._notices.tell(self._settings, models, is_attached=bool(self._attached()))
            self._events.tune({task: one.name for task, one in models.items() if self._may_move(task, one)})
        for task, model in models.items():
            if self._may_move(task, model) and device_choice(task, self._settings).kind == "edgetpu":
                self._miss(task, self.edgetpus.status(task))

    def has_come(self) -> bool:
        """Whether an EdgeTPU is attached that was not when this was last asked."""
        before, self._known = self._known, self._attached()
        return not self._known <= before

    def of(self, task: TaskName, model: ChosenModel) -> TaskBackend:
        """Where ``task`` is computed, which runs ``model``; may be asked by any thread.

        One that only an EdgeTPU can compute is never said to be elsewhere: while it cannot, there are no results.
        """
        kind = device_choice(task, self._settings).kind
        if kind == "cpu":
            return ON_THE_CPU
        if model.edgetpu is None:
            return self._without_file(model, is_asked=kind == "edgetpu")
        status = self.edgetpus.status(task)
        if status.backend == "edgetpu":
            return TaskBackend("edgetpu", restarts=status.restarts)
        return TaskBackend("cpu", status.reason, status.restarts, has_failed=self._events.goes_on(task))

    def stats(self) -> tuple[EdgeTpuStats, ...]:
        """How the EdgeTPUs that models are on are doing; may be asked by any thread."""
        return self.edgetpus.stats()

    def troubles(self) -> dict[TaskName, str]:
        """Why the CPU computes a task that is set to an EdgeTPU, or that was on one; may be asked by any thread.

        A model that has no variant for the EdgeTPU is no trouble: nothing can be done about it.
        """
        backends = {task: self.of(task, model) for task, model in self._models.items()}
        return {task: one.reason for task, one in backends.items() if one.has_failed and one.reason}

    def close(self) -> None:
        """End the use of EdgeTPUs, and all that goes on."""
        self.edgetpus.close()
        self._events.stop()

    def _without_file(self, model: ChosenModel, *, is_asked: bool) -> TaskBackend:
        is_missed = is_asked and model.edgetpu_may_come
        nothing_to_do = model.edgetpu_may_come and not is_asked and not self._attached()
        return TaskBackend(reason=NOT_ATTACHED if nothing_to_do else model.no_edgetpu or None, has_failed=is_missed)

    def _miss(self, task: TaskName, status: UserStatus) -> None:
        """Tell of an EdgeTPU that is asked for and cannot be had, though nobody has lost it."""
        if status.backend == "cpu" and status.is_settled:
            self._events.begin(task, "wait" if status.device else "gone", status.reason or "")
            if self.edgetpus.status(task).backend == "edgetpu":  # it was told to be ready just before
                self._events.leave([task])

    def _may_move(self, task: TaskName, model: ChosenModel) -> bool:
        """Whether an EdgeTPU and the CPU may both compute it."""
        is_pair = model.edgetpu is not None and model.pair.cpu is not None
        return is_pair and device_choice(task, self._settings).kind != "cpu"

    def _attached(self) -> frozenset[str]:
        return frozenset(tpu.path for tpu in find_edgetpus(self._files))
