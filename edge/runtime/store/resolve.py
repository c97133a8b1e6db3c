"""From the name in a task's configuration to the file that is to be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import ModelError, ModelMissingError
from edge.runtime.bundle import SUFFIX
from edge.runtime.catalog import load_catalog
from edge.runtime.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from edge.runtime.store.store import Store
    from edge.types import TaskName


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


def stored_parts(task: TaskName, name: str, path: Path, without: Collection[str] = ()) -> Mapping[str, Path]:
    """The files, by role, that the catalogue's model ``name`` at ``path`` consists of; empty where it is one file.

    ``without`` are roles that nobody needs: they may be missing, and those that lie beside it are left out.

    Raises:
        ModelMissingError: one that lies beside it is not in the store.
        ModelError: one is not as published. Both sentences begin with the key.
    """
    store = open_store()
    parts = store.catalog.model(name).parts
    return {
        role: _part(store, f"{task}.model = '{name}': its {role}", path, part)
        for role, part in parts.items()
        if role not in without or _is_member(part)
    }


def _part(store: Store, what: str, bundle: Path, part: str) -> Path:
    """A member of a bundle, or another model of the store."""
    if _is_member(part):
        return bundle / part
    try:
        return store.path_of(part)
    except ModelError as error:
        raise type(error)(f"{what} {part}: {error}") from None


def _is_member(part: str) -> bool:
    """Whether it lies in a bundle, not beside."""
    return part.endswith(".tflite")


def bundle_parts(task: TaskName, path: Path) -> Mapping[str, Path]:
    """The members, by role, of a person's own bundle: those that the catalogue's bundles for ``task`` have.

    Raises:
        ModelError: no bundle can be used for this task.
    """
    for model in load_catalog().models.values():
        file = model.file("cpu")
        if model.task == task and model.parts and file and model.stored_name(file).endswith(SUFFIX):
            return {role: path / member for role, member in model.parts.items()}
    raise ModelError(f"{path}: a bundle of models, and {task} runs none; give the path of a .tflite file")


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
    if not model.runs:
        raise ModelError("a model that this version cannot run; choose another model")
    return store.path_of(name)
