"""From settings to running parts: which model, how many threads, which processor."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.daemon.absent_processor import AbsentProcessor
from edge.errors import ConfigError, ModelError
from edge.runtime.interpreter import TfliteModel
from edge.settings import SCHEMA
from edge.tasks.common.ahead import AheadObserver, StagingObserver
from edge.tasks.common.attended_processor import AttendedProcessor
from edge.tasks.common.device import device_choice
from edge.tasks.common.model_choice import choose_model
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge.config.sections import Settings
    from edge.daemon.observation_recorder import ObservationRecorder
    from edge.runtime.edgetpu.pool import EdgeTpus
    from edge.runtime.model import Model, ModelOpener
    from edge.tasks.common.ahead import Upcoming
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import Observer
    from edge.tasks.common.processor import Processor, TunableProcessor
    from edge.types import TaskName

_log = logging.getLogger(__name__)

AnyProcessor: TypeAlias = "TunableProcessor[Any, Any]"
"""Of any task, for observers of that task."""


def enabled_tasks(settings: Settings) -> tuple[TaskName, ...]:
    """The tasks that are switched on, in their usual order."""
    return tuple(name for name, task in tasks().items() if settings[task.section].enabled)


def build_processor(
    task: TaskName,
    settings: Settings,
    *,
    running: Sequence[TaskName],
    still: bool,
    occupancy: Occupancy | None = None,
    recorder: ObservationRecorder | None = None,
    edgetpus: EdgeTpus | None = None,
    upcoming: Upcoming | None = None,
) -> AnyProcessor:
    """Load the model of ``task`` and put its tracker beside it.

    ``running`` are all tasks that share the thread budget; ``still`` is True for unrelated pictures (running mode
    IMAGE: area-averaging). ``occupancy`` is where the tasks of one stream tell each other who is there. ``recorder``
    listens to what the model says. Without ``edgetpus`` the CPU computes whatever the settings say. With ``upcoming``,
    which tells the next frame, the model may begin with that one.

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    part, model = tasks()[task].processing, choose_model(task, settings)
    observer = _ahead(_load(task, model, settings, running, edgetpus, still=still), upcoming)
    occupancy = occupancy or Occupancy()
    if recorder is None:
        return part.processor(model, observer, settings, occupancy, LiveSideInputs())
    return part.processor(model, recorder.observer(observer), settings, occupancy, recorder)


def build_or_leave_out(
    task: TaskName,
    settings: Settings,
    *,
    running: Sequence[TaskName],
    occupancy: Occupancy,
    edgetpus: EdgeTpus,
    upcoming: Upcoming | None,
) -> AnyProcessor | AbsentProcessor:
    """As :func:`build_processor` for a stream; where the model cannot be used, that is logged and the task is off."""
    tasks()[task].load_for_work()
    try:
        return build_processor(
            task,
            settings,
            running=running,
            still=False,
            occupancy=occupancy,
            edgetpus=edgetpus,
            upcoming=upcoming,
        )
    except ModelError as error:
        _log.error("%s is off, the other tasks run; once it is mended, reload: %s", task, error)
        return AbsentProcessor(task, settings, str(error), needs_edgetpu=needs_edgetpu(task, settings))


def build_alone(task: TaskName, settings: Settings, *, still: bool, edgetpus: EdgeTpus | None = None) -> Processor:
    """The processor of a task that is asked without the others, and what it needs of them, for one thread.

    A model that is to run on one of ``edgetpus`` is there, or cannot be, once this returns.

    Whether anybody is there is answered by the task that counts people, by its starter model if need be. Among
    unrelated pictures nobody is there for any time, and nothing is asked.

    Raises:
        ModelError: a model or its labels cannot be used.
    """
    if still or not tasks()[task].processing.needs_people(settings):
        return _settled(build_processor(task, settings, running=(task,), still=still, edgetpus=edgetpus), edgetpus)
    counting = _counting_task(task)
    both, occupancy = (counting, task), Occupancy()
    lenient = settings.having(replace(settings[InferenceSettings], fallback_to_starter=True))
    first, second = (
        build_processor(name, chosen, running=both, still=False, occupancy=occupancy, edgetpus=edgetpus)
        for name, chosen in ((counting, lenient), (task, settings))
    )
    return AttendedProcessor(_settled(second, edgetpus), _settled(first, edgetpus))


def prepare_change(
    processor: AnyProcessor,
    before: Settings,
    after: Settings,
    *,
    running: Sequence[TaskName],
    edgetpus: EdgeTpus | None = None,
    upcoming: Upcoming | None = None,
) -> Callable[[], None]:
    """What the worker of ``processor`` has to do between two frames to go on with the settings ``after``.

    A new model is loaded and warmed here, in the caller's thread, while the worker goes on with the old one. Where a
    starter model stands in for another, or a file for the EdgeTPU is missing, it is looked whether that one has come.

    Raises:
        ModelError: the model or its labels cannot be used; nothing has changed.
    """
    part = tasks()[processor.task].processing
    changed = {
        key.partition(".")[2] for key in SCHEMA.differences(before, after) if key.startswith(f"{processor.task}.")
    }
    device_before, device = (device_choice(processor.task, settings) for settings in (before, after))
    stays = part.MODEL_KEYS.isdisjoint(changed) and device == device_before
    if stays and not processor.model.may_become_another:
        return lambda: processor.tune(after)
    model = choose_model(processor.task, after)
    if stays and model == processor.model:
        return lambda: processor.tune(after)
    observer = _ahead(_load(processor.task, model, after, running, edgetpus, still=False), upcoming)
    return lambda: processor.swap(model, observer, after)


def _load(
    task: TaskName,
    model: ChosenModel,
    settings: Settings,
    running: Sequence[TaskName],
    edgetpus: EdgeTpus | None,
    *,
    still: bool,
) -> Observer[object, object]:
    if model.notice:
        _log.warning("%s", model.notice)
    opener = _opener(task, model, settings, running, edgetpus)
    return tasks()[task].processing.load(model, opener, settings, still=still)


def _ahead(observer: Observer[object, object], upcoming: Upcoming | None) -> Observer[object, object]:
    """The same, a frame ahead where the next one is known and the model can be shown it."""
    if upcoming is None or not isinstance(observer, StagingObserver):
        return observer
    return AheadObserver(observer, upcoming)


def _opener(
    task: TaskName, model: ChosenModel, settings: Settings, running: Sequence[TaskName], edgetpus: EdgeTpus | None
) -> ModelOpener:
    """Where the model of a task runs: on an EdgeTPU where it may and can, else in this process, on the CPU."""
    threads, choice = cpu_threads(task, settings, running), device_choice(task, settings)
    on_cpu = partial(TfliteModel, threads=threads)
    if edgetpus is None or model.edgetpu is None or choice.kind == "cpu":
        return on_cpu

    def open_model(path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> Model:
        if path != model.path:  # another model of the task, of which there is no pair
            return on_cpu(path, free_px=free_px)
        return edgetpus.open(task, choice, model.pair, threads=threads, free_px=free_px)

    return open_model


def _settled(processor: AnyProcessor, edgetpus: EdgeTpus | None) -> AnyProcessor:
    """The same, once it is known whether its model runs on an EdgeTPU."""
    if edgetpus is not None and processor.model.edgetpu is not None:
        edgetpus.wait_settled(processor.task)
    return processor


def needs_edgetpu(task: TaskName, settings: Settings) -> bool:
    """Whether the model of ``task`` is one for the EdgeTPU, with no variant that the CPU could run."""
    try:
        model = choose_model(task, settings)
    except ModelError:
        return False
    return model.edgetpu is not None and model.pair.cpu is None


def _counting_task(asking: TaskName) -> TaskName:
    """The task that says how many people are there.

    Raises:
        ConfigError: there is none.
    """
    for name, one in tasks().items():
        if one.processing.COUNTS_PEOPLE:
            return name
    raise ConfigError(
        f"{asking} needs to know whether anybody is there, and no task counts people; set it so that it does not"
    )


def cpu_threads(task: TaskName, settings: Settings, running: Sequence[TaskName]) -> int:
    """CPU threads of one task: what it asks for or its share, never more than there are cores.

    A pool of more spinning threads than cores collapses.
    """
    wanted = settings[tasks()[task].section].threads
    return min(wanted or max(1, settings[InferenceSettings].threads // len(running)), os.cpu_count() or 1)
