"""Looks for the models of tasks in their variant for the EdgeTPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.config.load import load
from edge.doctor.probes.answer import answer
from edge.errors import ModelError
from edge.settings import SCHEMA
from edge.tasks.common.model_choice import choose_model

if TYPE_CHECKING:
    from collections.abc import Mapping


def variants(request: Mapping[str, Any]) -> dict[str, Any]:
    """Of each task the name of its model, the path of its file for the EdgeTPU, and why there is none.

    Left out are tasks without any model that can be used. ``overrides`` are what is configured, as after ``--set``.
    """
    settings, found = load(SCHEMA, None, request["overrides"]).settings, {}
    for task in request["tasks"]:
        try:
            chosen = choose_model(task, settings)
        except ModelError:
            continue
        found[task] = (chosen.name, str(chosen.edgetpu or ""), chosen.no_edgetpu)
    return {"variants": found}


if __name__ == "__main__":
    answer(variants)
