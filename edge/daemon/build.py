"""From settings to running parts: which model, how many threads, which processor."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from edge.config.schema import differences
from edge.config.values import is_model_path
from edge.daemon.processors import ActionProcessor, ClassificationProcessor, PoseProcessor
from edge.runtime.store.resolve import stored_model
from edge.tasks.action import ActionTask
from edge.tasks.classification import ClassificationTask
from edge.tasks.pose import PoseTask
from edge.types import TASK_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.config.settings import Settings
    from edge.types import TaskName

    AnyProcessor = PoseProcessor | ClassificationProcessor | ActionProcessor

MODEL_KEYS = frozenset({"model", "labels", "threads", "display_names_locale"})
"""The keys of a task that need its model loaded anew; all its others are tuned."""


def enabled_tasks(settings: Settings) -> tuple[TaskName, ...]:
    """The tasks that are switched on, in their usual order."""
    return tuple(name for name in TASK_NAMES if getattr(settings, name).enabled)


def build_processor(task: TaskName, settings: Settings, *, running: Sequence[TaskName], still: bool) -> AnyProcessor:
    """Load the model of ``task`` and put its tracker beside it.

    ``running`` are all tasks that share the thread budget; ``still`` is True for unrelated pictures (running mode
    IMAGE: area-averaging).

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    threads, model = _threads(task, settings, running), _model_name(task, settings)
    if task == "pose":
        return PoseProcessor(model, _load_pose(settings, threads, still=still), settings)
    if task == "classification":
        return ClassificationProcessor(model, _load_classification(settings, threads, still=still), settings)
    return ActionProcessor(model, _load_action(settings, threads, still=still), settings)


def prepare_change(
    processor: AnyProcessor, before: Settings, after: Settings, *, running: Sequence[TaskName]
) -> Callable[[], None]:
    """What the worker of ``processor`` has to do between two frames to go on with the settings ``after``.

    A new model is loaded and warmed here, in the caller's thread, while the worker goes on with the old one.

    Raises:
        ModelError: the model or its labels cannot be used; nothing has changed.
    """
    changed = {key.partition(".")[2] for key in differences(before, after) if key.startswith(f"{processor.task}.")}
    if MODEL_KEYS.isdisjoint(changed):
        return lambda: processor.tune(after)
    threads, model = _threads(processor.task, after, running), _model_name(processor.task, after)
    if isinstance(processor, PoseProcessor):
        pose = _load_pose(after, threads, still=False)
        return lambda: processor.swap(model, pose, after)
    if isinstance(processor, ClassificationProcessor):
        classification = _load_classification(after, threads, still=False)
        return lambda: processor.swap(model, classification, after)
    action = _load_action(after, threads, still=False)
    return lambda: processor.swap(model, action, after)


def _load_pose(settings: Settings, threads: int, *, still: bool) -> PoseTask:
    task = PoseTask(_model_path("pose", settings.pose.model), threads=threads, still=still)
    task.model.invoke()
    return task


def _load_classification(settings: Settings, threads: int, *, still: bool) -> ClassificationTask:
    own = settings.classification
    task = ClassificationTask(
        _model_path("classification", own.model),
        threads=threads,
        labels_file=_optional_path(own.labels),
        locale=own.display_names_locale,
        still=still,
    )
    task.model.invoke()
    return task


def _load_action(settings: Settings, threads: int, *, still: bool) -> ActionTask:
    own = settings.action
    path = _model_path("action", own.model)
    task = ActionTask(path, threads=threads, labels_file=_optional_path(own.labels), still=still)
    task.model.invoke()
    return task


def _threads(task: TaskName, settings: Settings, running: Sequence[TaskName]) -> int:
    """CPU threads of one task: what it asks for or its share, never more than there are cores.

    A pool of more spinning threads than cores collapses.
    """
    wanted: int = getattr(settings, task).threads
    return min(wanted or max(1, settings.inference.threads // len(running)), os.cpu_count() or 1)


def _model_name(task: TaskName, settings: Settings) -> str:
    """What results call the model: its catalogue name, or its file's name without the suffix."""
    model: str = getattr(settings, task).model
    return Path(model).stem if is_model_path(model) else model


def _model_path(task: TaskName, model: str) -> Path:
    if is_model_path(model):
        return Path(model)
    return stored_model(task, model)


def _optional_path(text: str) -> Path | None:
    return Path(text) if text else None
