"""What there is to measure: which task, with which model, where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.tasks.common.model_choice import choose_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.base.machine_files import MachineFiles
    from edge.config.sections import Settings
    from edge.runtime.device_choice import DeviceChoice
    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import Backend, TaskName


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to measure; nobody has asked in particular for one that ``is_optional``."""

    task: TaskName
    model: ChosenModel
    backend: Backend
    is_optional: bool = False

    def __str__(self) -> str:
        return f"{self.task} on the {'CPU' if self.backend == 'cpu' else 'EdgeTPU'}"


@dataclass(frozen=True, slots=True)
class JobList:
    """What is to be measured, and sentences on what is not: ``left_out`` has no variant for where it was to be.

    ``notices`` are to be known of what is.
    """

    jobs: list[Job] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def list_jobs(names: Sequence[TaskName], settings: Settings, choice: DeviceChoice, files: MachineFiles) -> JobList:
    """All jobs for the tasks ``names`` where ``choice`` has them, as the keys ``device`` of ``settings`` have it."""
    planned, is_attached = JobList(), bool(find_edgetpus(files))
    for task in names:
        try:
            model = choose_model(task, settings)
        except ModelError as error:
            planned.problems.append(f"{task}: {error}")
            continue
        if model.notice:
            planned.notices.append(model.notice)
        if model.no_edgetpu and (choice.kind == "edgetpu" or is_attached):
            planned.left_out.append(f"{task} is not measured on the EdgeTPU: {model.no_edgetpu}")
        planned.jobs.extend(_jobs(task, model, choice, is_attached=is_attached))
    return planned


def _jobs(task: TaskName, model: ChosenModel, choice: DeviceChoice, *, is_attached: bool) -> Iterator[Job]:
    has_both = model.pair.cpu is not None and model.edgetpu is not None
    if choice.kind == "cpu" or (choice.kind == "auto" and model.pair.cpu):
        yield Job(task, model, "cpu")
    if model.edgetpu and (choice.kind == "edgetpu" or is_attached or not has_both):
        yield Job(task, model, "edgetpu", is_optional=choice.kind == "auto" and has_both)
