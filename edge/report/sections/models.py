"""The models: which each task runs, and which files are here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.regular_file import open_regular
from edge.doctor.service_account import account_of
from edge.runtime.store.store import open_store
from edge.runtime.store.verification import sha256_of
from edge.tasks.common.keys import is_model_path
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance
    from edge.runtime.catalog import CatalogModel, ModelFile
    from edge.runtime.store.store import Store


def lines(appliance: Appliance) -> Iterator[str]:
    """Each task's choice, then all models of the catalogue that are on this machine, read and compared.

    Which model a task really runs is what the doctor finds, as it looks with the rights of the service.
    """
    settings = appliance.subject.settings
    for name, task in tasks().items():
        if not settings[task.section].enabled:
            yield f"{name}: not enabled"
            continue
        choice: str = settings[task.section].model
        yield f"{name}: {choice}{_own(appliance, Path(choice)) if is_model_path(choice) else ''}"
    store = open_store()
    yield f"of the catalogue, in {store.folder} or with Edge:"
    for model, file in store.catalog.files():
        if store.has(model, file):
            yield f"  {model.name} ({file.variant}): {_catalogued(store, model, file)}"


def _own(appliance: Appliance, path: Path) -> str:
    """Size and hash of a file that the settings chose: of no other than the service may read."""
    try:
        if not account_of(appliance.system).may_read(appliance.system, path):
            return ", which the service may not read"
        with open_regular(appliance.system.path(str(path))) as content:
            digest = sha256_of(content)
            return f": {content.seek(0, os.SEEK_END)} bytes, sha256 {digest}"
    except OSError as error:
        return f": not available: {error.strerror}"


def _catalogued(store: Store, model: CatalogModel, file: ModelFile) -> str:
    if file.bundled:
        return f"comes with Edge{_wrong(store, model, file)}"
    expected = file.sha256 or store.recorded_hash(model, file)
    return (
        f"{store.path(model, file).stat().st_size} bytes, sha256 {expected or 'not known'}{_wrong(store, model, file)}"
    )


def _wrong(store: Store, model: CatalogModel, file: ModelFile) -> str:
    problem = store.problem(model, file)
    return f"; {problem}" if problem else ", verified"
