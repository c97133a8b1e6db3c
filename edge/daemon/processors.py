"""The processors of all enabled tasks; those whose model cannot be used are off, and tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.daemon.absent_processor import AbsentProcessor
from edge.daemon.build import build_or_leave_out, enabled_tasks, prepare_change
from edge.errors import ModelError
from edge.tasks.common.ahead import Upcoming

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from edge.config.sections import Settings
    from edge.daemon.build import AnyProcessor
    from edge.daemon.pipeline import Worker
    from edge.runtime.edgetpu.pool import EdgeTpus
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import TaskName


class Processors:
    """Builds them, and changes them under the workers that they were given to."""

    def __init__(self, settings: Settings, occupancy: Occupancy, edgetpus: EdgeTpus, *, live: bool = True) -> None:
        """``occupancy`` is where the tasks tell each other who is there; models may be computed on ``edgetpus``.

        Of a source that is not ``live`` each frame of the only task waits for the next one, and its model begins with
        that one. Several tasks keep the cores busy by themselves.
        """
        self.tasks = enabled_tasks(settings)
        """Those that are enabled, in their usual order; the same as long as the appliance runs."""
        self._occupancy = occupancy
        self._edgetpus = edgetpus
        is_ahead = not live and len(self.tasks) == 1
        self.upcoming: Mapping[TaskName, Upcoming] = {task: Upcoming() for task in self.tasks if is_ahead}
        """Of the only task the next frame, where that is known."""
        self._by_task = {task: self._build(task, settings) for task in self.tasks}

    def all(self) -> tuple[AnyProcessor | AbsentProcessor, ...]:
        """Those of all enabled tasks."""
        return tuple(self._by_task.values())

    def models(self) -> dict[TaskName, ChosenModel]:
        """The models of all enabled tasks."""
        return {task: one.model for task, one in self._by_task.items()}

    def running(self) -> tuple[TaskName, ...]:
        """The tasks that are enabled and not off."""
        return tuple(task for task, one in self._by_task.items() if not isinstance(one, AbsentProcessor))

    def all_run(self) -> bool:
        """Whether no task is off."""
        return self.running() == self.tasks

    def check_any_runs(self) -> None:
        """Raise ``ModelError``, with all reasons, where every task is off."""
        if self._by_task and not self.running():
            raise ModelError("\n".join(one.why for one in self.all() if isinstance(one, AbsentProcessor)))

    def prepare(self, workers: Sequence[Worker], before: Settings, after: Settings) -> Callable[[], None]:
        """What to call to have ``workers`` go on with other settings; nothing changes before.

        Raises:
            ModelError: a model or its labels cannot be used.
        """
        changes = [
            (worker, self._prepare_change(processor, before, after))
            for worker in workers
            if not isinstance(processor := self._by_task[worker.processor.task], AbsentProcessor)
        ]

        def change() -> None:
            for worker, one in changes:
                worker.between_frames(one)
            self.try_again(workers, after)

        return change

    def wait_for_edgetpu(self) -> bool:
        """Whether a task is off because an EdgeTPU has to run its model."""
        return any(isinstance(one, AbsentProcessor) and one.needs_edgetpu for one in self.all())

    def try_again(self, workers: Sequence[Worker], settings: Settings) -> None:
        """Build the tasks anew that are off."""
        for worker in workers:
            task = worker.processor.task
            if isinstance(self._by_task[task], AbsentProcessor):
                self._by_task[task] = newer = self._build(task, settings)
                worker.replace(newer)

    def _prepare_change(self, processor: AnyProcessor, before: Settings, after: Settings) -> Callable[[], None]:
        upcoming = self.upcoming.get(processor.task)
        return prepare_change(processor, before, after, running=self.tasks, edgetpus=self._edgetpus, upcoming=upcoming)

    def _build(self, task: TaskName, settings: Settings) -> AnyProcessor | AbsentProcessor:
        return build_or_leave_out(
            task,
            settings,
            running=self.tasks,
            occupancy=self._occupancy,
            edgetpus=self._edgetpus,
            upcoming=self.upcoming.get(task),
        )
