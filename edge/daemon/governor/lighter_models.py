"""Which lighter model may run in the place of the configured one: as the catalogue says, and only if it is here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from edge.runtime.catalog import load_catalog
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.runtime.store.resolve import models_at_hand
from edge.runtime.store.store import open_store
from edge.tasks.common.device import device_choice
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from edge.base.machine_files import MachineFiles
    from edge.config.sections import Settings
    from edge.types import TaskName


def lighter_models(running: Collection[TaskName], settings: Settings, files: MachineFiles) -> dict[TaskName, str]:
    """The lighter model of each task that has one in the store, beside its own.

    What an attached EdgeTPU computes is left alone: the processor would gain nothing. EdgeTPUs are looked for in
    ``files``.
    """
    catalog, found = load_catalog(), dict[str, str]()
    for task in running:
        name: str = settings[tasks()[task].section].model
        lighter = catalog.models[name].lighter if name in catalog.models else ""
        if (
            lighter
            and {name, lighter} <= set(models_at_hand(task))
            and not _is_for_edgetpu(task, name, settings, files)
        ):
            found[task] = lighter
    return found


def with_models(settings: Settings, models: Mapping[TaskName, str]) -> Settings:
    """The settings with these models, by task, in the place of those configured."""
    return settings.having(*(_with_model(settings[tasks()[task].section], name) for task, name in models.items()))


def _with_model(section: Any, name: str) -> object:
    return replace(section, model=name)


def _is_for_edgetpu(task: TaskName, name: str, settings: Settings, files: MachineFiles) -> bool:
    if device_choice(task, settings).kind == "cpu" or not find_edgetpus(files):
        return False
    store = open_store()
    model = store.catalog.models[name]
    compiled = model.file("edgetpu")
    return compiled is not None and store.has(model, compiled)
