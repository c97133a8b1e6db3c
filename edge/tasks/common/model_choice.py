"""Which model a task runs: the one that is configured or, while that is not on this machine, the starter model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import ConfigError, ModelError, ModelMissingError
from edge.runtime.bundle import SUFFIX
from edge.runtime.catalog import load_catalog
from edge.runtime.model_pair import ModelPair, compiled_path, pair_of
from edge.runtime.store.resolve import bundle_parts, stored_compiled_model, stored_model, stored_parts
from edge.tasks.common.device import device_choice
from edge.tasks.common.keys import is_model_path
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from edge.config.sections import Settings
    from edge.types import TaskName


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model to run.

    ``name`` is what results call it: its catalogue name, or its file's name without the suffix. ``path`` is the file
    for the CPU or, where there is no such, the one compiled for the EdgeTPU. ``labels`` is the label file that goes
    with it, None for those inside or beside it. Of a starter model that stands in for another, ``fallback_for`` is the
    name of that one and ``notice`` a sentence on why and what to do; else both are empty. ``edgetpu`` is the file
    compiled for the EdgeTPU where one may compute the task, ``no_edgetpu`` a sentence on why there is none and
    ``edgetpu_may_come`` whether it is only missing or broken. ``parts`` are all files of a model of several, by role;
    ``path`` is that of the model proper.
    """

    name: str
    path: Path
    labels: Path | None = None
    fallback_for: str = ""
    notice: str = ""
    edgetpu: Path | None = None
    no_edgetpu: str = ""
    edgetpu_may_come: bool = False
    parts: Mapping[str, Path] = field(default_factory=dict)

    @property
    def pair(self) -> ModelPair:
        """Its files."""
        return ModelPair(None if self.path == self.edgetpu else self.path, self.edgetpu)

    @property
    def can_be_on_edgetpu(self) -> bool:
        """Whether there is a variant for the EdgeTPU, here or elsewhere."""
        return self.edgetpu is not None or self.edgetpu_may_come

    @property
    def may_become_another(self) -> bool:
        """Whether a file that is not on this machine yet would change what is run."""
        return bool(self.fallback_for) or self.edgetpu_may_come


def choose_model(task: TaskName, settings: Settings) -> ChosenModel:
    """The model of ``task``.

    Raises:
        ModelError: the configured model cannot be used, and no starter model may stand in for it: only for one of the
            catalogue that is not in the store, and only where ``inference.fallback_to_starter`` allows it.
    """
    own = settings[tasks()[task].section]
    model = own.model
    labels = Path(labels_file) if (labels_file := getattr(own, "labels", "")) else None
    unused: Collection[str] = getattr(own, "unused_parts", ())
    on_edgetpu = device_choice(task, settings).kind != "cpu"
    if is_model_path(model):
        return _own(task, Path(model), labels, on_edgetpu=on_edgetpu)
    try:
        chosen = _with_parts(task, ChosenModel(model, stored_model(task, model), labels), unused)
    except ModelMissingError as error:
        if not settings[InferenceSettings].fallback_to_starter:
            raise
        chosen = _starter(task, model, error)
    return _with_compiled(chosen) if on_edgetpu else chosen


def needed_models(settings: Settings) -> tuple[str, ...]:
    """The models of the catalogue that the enabled tasks are to run.

    Raises:
        ConfigError: there are none, as all are files of a person's own.
    """
    sections = (settings[task.section] for task in tasks().values())
    names = tuple(own.model for own in sections if own.enabled and not is_model_path(own.model))
    if not names:
        raise ConfigError("the configuration asks for no model of the catalogue; give the names of models, or --all")
    return names


def starter_of(task: TaskName) -> str:
    """The catalogue name of the starter model of ``task``; empty where none comes with Edge."""
    name = f"starter-{task}"
    return name if name in load_catalog().models else ""


def _own(task: TaskName, path: Path, labels: Path | None, *, on_edgetpu: bool) -> ChosenModel:
    """A file of a person's own, and the variant that lies beside it."""
    if path.suffix == SUFFIX:
        parts = bundle_parts(task, path)
        return ChosenModel(path.stem, _proper(path, parts), labels, parts=parts)
    pair = pair_of(path)
    described = pair.cpu or path
    chosen = ChosenModel(described.stem, described, labels)
    if on_edgetpu and pair.edgetpu is None:
        return replace(chosen, no_edgetpu=f"there is no {compiled_path(path)}", edgetpu_may_come=True)
    return replace(chosen, edgetpu=pair.edgetpu) if on_edgetpu else chosen


def _with_parts(task: TaskName, chosen: ChosenModel, unused: Collection[str]) -> ChosenModel:
    """The same with the files of a model of several, as far as they are used."""
    parts = stored_parts(task, chosen.name, chosen.path, unused)
    return replace(chosen, path=_proper(chosen.path, parts), parts=parts)


def _proper(path: Path, parts: Mapping[str, Path]) -> Path:
    """The first member of a bundle; any other file is the model itself."""
    return next(iter(parts.values())) if path.suffix == SUFFIX else path


def _with_compiled(chosen: ChosenModel) -> ChosenModel:
    """A model of the catalogue with its file for the EdgeTPU; without one the CPU runs it all the same."""
    try:
        return replace(chosen, edgetpu=stored_compiled_model(chosen.name))
    except ModelError as error:
        is_published = load_catalog().model(chosen.name).file("edgetpu") is not None
        return replace(chosen, no_edgetpu=str(error), edgetpu_may_come=is_published)


def _starter(task: TaskName, model: str, missing: ModelMissingError) -> ChosenModel:
    """The starter model in the place of ``model``; what is configured of labels and input is for the other."""
    name = starter_of(task)
    try:
        path = stored_model(task, name)
    except ModelError:
        raise missing from None
    return ChosenModel(name, path, fallback_for=model, notice=f"{missing}; until then {name} runs in its place")
