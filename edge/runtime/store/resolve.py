"""From the name in a task's configuration to the file that is to be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import ModelError, ModelMissingError
from edge.runtime.store.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import TaskName

_BUNDLE = ".task"


def stored_model(task: TaskName, name: str) -> Path:
    """The file of the catalogue's model ``name`` in the store, for the CPU.

    Raises:
        ModelMissingError: it is not in the store.
        ModelError: there is no such model, it is for another task, or it is not as published. Both sentences begin
            with the key.
    """
    try:
        return _path(task, name)
    except ModelError as error:
        raise type(error)(f"{task}.model = '{name}': {error}") from None


def stored_compiled_model(name: str) -> Path:
    """The file of the catalogue's model ``name`` in the store that is compiled for the EdgeTPU.

    Raises:
        ModelMissingError: it is not in the store.
        ModelError: there is none of this model, or it is not as published. Both sentences say what to do, if anything.
    """
    try:
        return open_store().path_of(name, "edgetpu")
    except ModelMissingError as error:
        raise ModelMissingError(f"the file of {name} for the EdgeTPU is {error}") from None


def models_at_hand(task: TaskName) -> tuple[str, ...]:
    """The catalogue's models for ``task`` that can run and whose files for the CPU are here; these are not verified."""
    store = open_store()
    models = (model for model in store.catalog.models.values() if model.task == task and model.runs)
    files = ((model, model.file("cpu")) for model in models)
    return tuple(model.name for model, file in files if file is not None and store.has(model, file))


def _path(task: TaskName, name: str) -> Path:
    store = open_store()
    model = store.catalog.model(name)
    if model.task != task:
        raise ModelError(f"a model for {model.task}; `edge models list` shows those for {task}")
    file = model.file("cpu")
    if file is not None and model.stored_name(file).endswith(_BUNDLE):
        raise ModelError("a bundle of several models, which this version cannot run; choose another model")
    if not model.runs:
        raise ModelError("a model that this version cannot run; choose another model")
    return store.path_of(name)
