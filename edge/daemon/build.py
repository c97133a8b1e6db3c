"""From settings to running parts: which model, how many threads, which processor."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from edge.config.schema import differences
from edge.daemon.absent import AbsentProcessor
from edge.daemon.processors import ActionProcessor, AttendedProcessor, ClassificationProcessor, PoseProcessor
from edge.errors import ModelError
from edge.tasks.action.movinet import MoViNet
from edge.tasks.classification.classifier import Classifier
from edge.tasks.common.model_choice import choose_model
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.config.settings import Settings
    from edge.daemon.processors import Processor
    from edge.daemon.tap import Tap
    from edge.tasks.common.model_choice import ChosenModel
    from edge.types import TaskName

    AnyProcessor = PoseProcessor | ClassificationProcessor | ActionProcessor

_log = logging.getLogger(__name__)

MODEL_KEYS = frozenset({"model", "labels", "threads", "display_names_locale", "mean", "std", "input_size"})
"""The keys of a task that need its model loaded anew; all its others are tuned."""


def enabled_tasks(settings: Settings) -> tuple[TaskName, ...]:
    """The tasks that are switched on, in their usual order."""
    return tuple(name for name in tasks() if getattr(settings, name).enabled)


def build_processor(
    task: TaskName,
    settings: Settings,
    *,
    running: Sequence[TaskName],
    still: bool,
    board: Occupancy | None = None,
    tap: Tap | None = None,
) -> AnyProcessor:
    """Load the model of ``task`` and put its tracker beside it.

    ``running`` are all tasks that share the thread budget; ``still`` is True for unrelated pictures (running mode
    IMAGE: area-averaging). ``board`` is where the tasks of one stream tell each other who is there. ``tap`` listens to
    what the model says.

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    threads, model = _threads(task, settings, running), choose_model(task, settings)
    _announce(model)
    if task == "pose":
        pose = _load_pose(model, threads, still=still)
        return PoseProcessor(model, tap.pose(pose) if tap else pose, settings, board)
    if task == "classification":
        classification = _load_classification(model, settings, threads, still=still)
        return ClassificationProcessor(model, tap.classification(classification) if tap else classification, settings)
    action, attendance = _load_action(model, threads, still=still), board or Occupancy()
    if tap:
        return ActionProcessor(model, tap.action(action), settings, tap.attendance(attendance))
    return ActionProcessor(model, action, settings, attendance)


def build_or_leave_out(
    task: TaskName, settings: Settings, *, running: Sequence[TaskName], board: Occupancy
) -> AnyProcessor | AbsentProcessor:
    """As :func:`build_processor` for a stream; where the model cannot be used, that is logged and the task is off."""
    try:
        return build_processor(task, settings, running=running, still=False, board=board)
    except ModelError as error:
        _log.error("%s is off, the other tasks run; once it is mended, reload: %s", task, error)
        return AbsentProcessor(task, settings, str(error))


def build_alone(task: TaskName, settings: Settings, *, still: bool) -> Processor:
    """The processor of a task that is asked without the others, and what it needs of them, for one thread.

    The gate ``person`` is answered by pose, by its starter model if need be. Among unrelated pictures it is open:
    nobody is there for any time.

    Raises:
        ModelError: a model or its labels cannot be used.
    """
    if task != "action" or settings.action.gate != "person" or still:
        return build_processor(task, settings, running=(task,), still=still)
    both: tuple[TaskName, ...] = ("pose", "action")
    lenient, board = replace(settings, inference=replace(settings.inference, fallback_to_starter=True)), Occupancy()
    pose = build_processor("pose", lenient, running=both, still=False, board=board)
    return AttendedProcessor(build_processor(task, settings, running=both, still=False, board=board), pose)


def prepare_change(
    processor: AnyProcessor, before: Settings, after: Settings, *, running: Sequence[TaskName]
) -> Callable[[], None]:
    """What the worker of ``processor`` has to do between two frames to go on with the settings ``after``.

    A new model is loaded and warmed here, in the caller's thread, while the worker goes on with the old one. Where a
    starter model stands in for another, it is looked whether that one has come.

    Raises:
        ModelError: the model or its labels cannot be used; nothing has changed.
    """
    changed = {key.partition(".")[2] for key in differences(before, after) if key.startswith(f"{processor.task}.")}
    if MODEL_KEYS.isdisjoint(changed) and not processor.model.fallback_for:
        return lambda: processor.tune(after)
    threads, model = _threads(processor.task, after, running), choose_model(processor.task, after)
    if MODEL_KEYS.isdisjoint(changed) and model == processor.model:
        return lambda: processor.tune(after)
    _announce(model)
    if isinstance(processor, PoseProcessor):
        pose = _load_pose(model, threads, still=False)
        return lambda: processor.swap(model, pose, after)
    if isinstance(processor, ClassificationProcessor):
        classification = _load_classification(model, after, threads, still=False)
        return lambda: processor.swap(model, classification, after)
    action = _load_action(model, threads, still=False)
    return lambda: processor.swap(model, action, after)


def _announce(model: ChosenModel) -> None:
    if model.notice:
        _log.warning("%s", model.notice)


def _load_pose(model: ChosenModel, threads: int, *, still: bool) -> MoveNet:
    task = MoveNet(model.path, threads=threads, still=still)
    task.model.invoke()
    return task


def _load_classification(model: ChosenModel, settings: Settings, threads: int, *, still: bool) -> Classifier:
    locale = settings.classification.display_names_locale
    task = Classifier(
        model.path, threads=threads, labels_file=model.labels, stated=model.stated, locale=locale, still=still
    )
    task.model.invoke()
    return task


def _load_action(model: ChosenModel, threads: int, *, still: bool) -> MoViNet:
    task = MoViNet(model.path, threads=threads, labels_file=model.labels, still=still)
    task.model.invoke()
    return task


def _threads(task: TaskName, settings: Settings, running: Sequence[TaskName]) -> int:
    """CPU threads of one task: what it asks for or its share, never more than there are cores.

    A pool of more spinning threads than cores collapses.
    """
    wanted: int = getattr(settings, task).threads
    return min(wanted or max(1, settings.inference.threads // len(running)), os.cpu_count() or 1)
