"""Reads every model of the store and compares it with its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer
from edge.runtime.store.store import open_store, pull_command

if TYPE_CHECKING:
    from collections.abc import Mapping


def broken_models(_request: Mapping[str, Any]) -> dict[str, Any]:
    """The folder of the store, how many models are in it, and of each that is broken its path, why, and a remedy."""
    store = open_store()
    here = [(model, file) for model, file in store.catalog.files() if not file.bundled and store.has(model, file)]
    broken = [
        (str(store.path(model, file)), why, pull_command(model, file))
        for model, file in here
        if (why := store.problem(model, file))
    ]
    return {"folder": str(store.folder), "models": len(here), "broken": broken}


if __name__ == "__main__":
    answer(broken_models)
