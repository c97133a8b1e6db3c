"""The benchmark from beginning to end."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from edge.base.text import utf8_text
from edge.benchmark.conditions import MachineMeter, slow_lines, warnings_of
from edge.benchmark.devices import CpuDevice, EdgeTpuDevice
from edge.benchmark.frames import draw_pictures
from edge.benchmark.jobs import list_jobs
from edge.benchmark.machine import this_machine
from edge.benchmark.published import published_of
from edge.benchmark.report import MeasuredModel, Report, measurement_of
from edge.benchmark.rounds import measure
from edge.benchmark.workload import load_workload
from edge.camera.settings import CameraSettings
from edge.daemon.build import cpu_threads
from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.benchmark.devices import Device
    from edge.benchmark.jobs import Job
    from edge.benchmark.published import Published
    from edge.benchmark.report import Measurement
    from edge.config.sections import Settings
    from edge.doctor.system import System
    from edge.runtime.device_choice import DeviceChoice
    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import ImageArray, TaskName


class Benchmark:
    """Measures tasks one after the other, with the threads they have when they are those that run."""

    def __init__(self, names: Sequence[TaskName], settings: Settings, choice: DeviceChoice, system: System) -> None:
        """``settings`` say of each task's ``device`` what ``choice`` is."""
        self._names = names
        self._settings = settings
        self._choice = choice
        self._system = system
        self._measurements: list[Measurement] = []

    def run(self, seconds: float, show: Callable[[str], None]) -> Report:
        """Measure for ``seconds`` in all; loading comes on top. What cannot be measured is a problem of the report.

        ``show`` is told what is done now.
        """
        planned = list_jobs(self._names, self._settings, self._choice, self._system)
        notices, problems = planned.notices, planned.problems
        (notices if planned.jobs else problems).extend(planned.left_out)
        show("the scene is drawn")
        camera = self._settings[CameraSettings]
        pictures = draw_pictures((camera.width, camera.height))
        machine, meter = this_machine(self._system), MachineMeter(self._system)
        for job in planned.jobs:
            show(f"{job}: {job.model.name}")
            try:
                self._measurements.append(self._measure(job, pictures, seconds / len(planned.jobs), meter))
            except ModelError as error:
                (notices if job.is_optional else problems).append(f"{job}: {error}")
        conditions = meter.conditions()
        if self._measurements:
            notices.extend(warnings_of(conditions, machine.cores))
        notices.extend(slow_lines({one.measured.device for one in self._measurements}, self._system))
        return Report(machine, conditions, tuple(self._measurements), tuple(notices), tuple(problems))

    def _measure(self, job: Job, pictures: Sequence[ImageArray], seconds: float, meter: MachineMeter) -> Measurement:
        """Load, warm up, measure.

        Raises:
            ModelError: the model cannot be used where it is to run, or nothing came of it.
        """
        threads = cpu_threads(job.task, self._settings, self._names)
        with closing(self._device(job, threads)) as device:
            workload = load_workload(job.task, job.model, self._settings, device, pictures)
            name = device.wait_ready()
            durations = measure(workload, seconds, meter.look)
        found = measurement_of(_measured(job, name, threads), durations, _published(job.model))
        if found is None:
            why = tasks()[job.task].processing.why_nothing(self._settings)
            raise ModelError(f"no frame of the built-in scene gave a result; {why or 'measure for longer: --seconds'}")
        return found

    def _device(self, job: Job, threads: int) -> Device:
        if job.backend == "cpu":
            return CpuDevice(threads)
        return EdgeTpuDevice(job.task, self._choice, job.model.pair, threads=threads, files=self._system)


def _measured(job: Job, device: str, threads: int) -> MeasuredModel:
    model, is_cpu = job.model, job.backend == "cpu"
    return MeasuredModel(
        task=job.task,
        model=model.name,
        fallback_for=model.fallback_for,
        file=utf8_text(str(model.path if is_cpu else model.edgetpu)),
        backend=job.backend,
        device=device,
        threads=threads if is_cpu else None,
    )


def _published(model: ChosenModel) -> tuple[Published, ...]:
    """What others say of the model of the catalogue that this one is."""
    known = ModelFacts(model.path).known
    return published_of(known.name) if known else ()
