"""Which models of a configuration cannot run, known before any is loaded: asked wherever a configuration comes in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edge.config.words import toml_text
from edge.errors import ModelError, ModelMissingError, Problem
from edge.runtime.bundle import SUFFIX
from edge.runtime.model_file import check_model_file, hidden_from_service
from edge.runtime.store.resolve import bundle_parts
from edge.settings import SCHEMA
from edge.tasks.common.keys import is_model_path
from edge.tasks.common.model_choice import choose_model
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from edge.config.sections import Settings
    from edge.types import TaskName


def wrong_models(settings: Settings, keys: Collection[str], *, for_service: bool = False) -> Iterator[Problem]:
    """The problems of models and label files that ``keys`` name, or that the tasks need which ``keys`` switch on.

    A model of the catalogue that is not in the store is none of them: it can be pulled later. ``for_service``: whether
    the service is to read the files, which cannot see all that a person can.
    """
    for task, part in tasks().items():
        own = settings[part.section]
        is_switched_on = f"{task}.enabled" in keys and own.enabled
        if is_switched_on or f"{task}.model" in keys:
            yield from _wrong_model(task, settings, for_service=for_service)
        labels: str = getattr(own, "labels", "")
        if labels and (is_switched_on or f"{task}.labels" in keys):
            yield from _wrong_labels(task, Path(labels), for_service=for_service)


def missing_models(settings: Settings, keys: Collection[str]) -> Iterator[str]:
    """A sentence with what gets it for each model that ``keys`` name and that is not in the store."""
    for task, part in tasks().items():
        if f"{task}.model" not in keys or is_model_path(settings[part.section].model):
            continue
        try:
            notice = choose_model(task, settings).notice
        except ModelMissingError as error:
            notice = str(error)
        except ModelError:
            continue  # one of the wrong ones
        if notice:
            yield notice


def _wrong_model(task: TaskName, settings: Settings, *, for_service: bool) -> Iterator[Problem]:
    key = f"{task}.model"
    model = str(SCHEMA.value_of(settings, key))
    hidden = hidden_from_service(Path(model)) if for_service else ""
    if message := hidden or _trouble(task, settings, model):
        message = message.removeprefix(f"{key} = '{model}': ").removeprefix(f"{model}: ")
        yield Problem(message, "", key, toml_text(model))


def _trouble(task: TaskName, settings: Settings, model: str) -> str:
    try:
        if not is_model_path(model):
            choose_model(task, settings)
        elif model.endswith(SUFFIX):
            for path in bundle_parts(task, Path(model)).values():
                check_model_file(path)
        else:
            check_model_file(Path(model))
    except ModelMissingError:
        return ""
    except ModelError as error:
        return str(error)
    return ""


def _wrong_labels(task: TaskName, labels: Path, *, for_service: bool) -> Iterator[Problem]:
    message = hidden_from_service(labels) if for_service else ""
    try:
        if not message and not labels.is_file():
            message = "there is no such label file; check the path"
    except OSError as error:
        message = f"cannot be read ({error.strerror}); check the permissions of its folders"
    if message:
        yield Problem(message, "", f"{task}.labels", toml_text(str(labels)))
