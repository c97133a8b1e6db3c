"""The benchmark from beginning to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.text import utf8_text
from edge.benchmark.frames import draw_pictures
from edge.benchmark.machine import Watch, this_machine, warnings_of
from edge.benchmark.places import on_cpu
from edge.benchmark.published import published_of
from edge.benchmark.report import Report, Subject, measurement_of
from edge.benchmark.rounds import measure
from edge.benchmark.workload import load_workload
from edge.camera.settings import CameraSettings
from edge.daemon.build import cpu_threads
from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.tasks.common.model_choice import choose_model
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge.benchmark.published import Published
    from edge.benchmark.report import Measurement
    from edge.config.sections import Settings
    from edge.doctor.system import System
    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import ImageArray, TaskName


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to measure."""

    task: TaskName
    model: ChosenModel

    def __str__(self) -> str:
        return f"{self.task}: {self.model.name} on the CPU"


class Benchmark:
    """Measures tasks one after the other, with the threads they have when they are those that run."""

    def __init__(self, names: Sequence[TaskName], settings: Settings, system: System) -> None:
        self._names = names
        self._settings = settings
        self._system = system
        self._measurements: list[Measurement] = []
        self._notices: list[str] = []
        self._problems: list[str] = []

    def run(self, seconds: float, show: Callable[[str], None]) -> Report:
        """Measure for ``seconds`` in all; loading comes on top. What cannot be measured is a problem of the report.

        ``show`` is told what is done now.
        """
        show("the scene is drawn")
        pictures = draw_pictures(self._size)
        machine, watch, jobs = this_machine(self._system), Watch(self._system), list(self._jobs())
        for job in jobs:
            show(str(job))
            try:
                self._measurements.append(self._measure(job, pictures, seconds / len(jobs), watch))
            except ModelError as error:
                self._problems.append(f"{job.task}: {error}")
        conditions = watch.conditions()
        self._notices += warnings_of(conditions, machine)
        return Report(machine, conditions, tuple(self._measurements), tuple(self._notices), tuple(self._problems))

    @property
    def _size(self) -> tuple[int, int]:
        camera = self._settings[CameraSettings]
        return camera.width, camera.height

    def _jobs(self) -> Iterator[Job]:
        for task in self._names:
            try:
                model = choose_model(task, self._settings)
            except ModelError as error:
                self._problems.append(f"{task}: {error}")
                continue
            if model.notice:
                self._notices.append(model.notice)
            yield Job(task, model)

    def _measure(self, job: Job, pictures: Sequence[ImageArray], seconds: float, watch: Watch) -> Measurement:
        """Load, warm up, measure.

        Raises:
            ModelError: the model cannot be used where it is to run, or nothing came of it.
        """
        threads = cpu_threads(job.task, self._settings, self._names)
        with on_cpu(threads) as place:
            workload = load_workload(job.task, job.model, self._settings, place.open_model, pictures)
            device = place.wait_ready()
            durations = measure(workload, seconds, place.backend, watch.look)
        model = job.model
        subject = Subject(
            task=job.task,
            model=model.name,
            fallback_for=model.fallback_for,
            file=utf8_text(str(model.path)),
            backend=place.backend,
            device=device,
            threads=threads,
        )
        found = measurement_of(subject, durations, _published(model))
        if found is None:
            why = tasks()[job.task].processing.why_nothing(self._settings)
            raise ModelError(f"no frame of the built-in scene gave a result; {why or 'measure for longer: --seconds'}")
        return found


def _published(model: ChosenModel) -> tuple[Published, ...]:
    """What others say of the model of the catalogue that this one is."""
    known = ModelFacts(model.path).known
    return published_of(known.name) if known else ()
