"""Loads a model as its task does, runs it once and counts what XNNPACK has taken over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from edge.config.load import load
from edge.doctor.probes.answer import answer
from edge.runtime.interpreter import TfliteModel
from edge.settings import SCHEMA
from edge.tasks.common.model_choice import choose_model
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_DELEGATE = "DELEGATE"


def run_model(request: Mapping[str, Any]) -> dict[str, Any]:
    """Which model that is, which runtime has run it in how many ms, its operations and those delegated of them.

    ``words`` are what else there is to know of it. ``notice`` says so where it is not the one that is configured. Of a
    model that only an EdgeTPU can run, where there is one, there is its name alone, ``only_edgetpu``.
    ``overrides`` are what is, as after ``--set``.

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    task, settings = tasks()[request["task"]], load(SCHEMA, None, request["overrides"]).settings
    choice = choose_model(task.name, settings)
    if choice.edgetpu and choice.pair.cpu is None and request["has_edgetpu"]:
        return {"only_edgetpu": choice.name}
    opened: list[TfliteModel] = []

    def open_model(path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> TfliteModel:
        opened.append(TfliteModel(path, free_px=free_px))
        return opened[-1]

    observer = task.processing.load(choice, open_model, settings, still=False)
    began_s = time.monotonic()
    for model in opened:
        model.invoke()
    invoke_ms = (time.monotonic() - began_s) * 1e3
    interpreter = opened[0]._interpreter  # noqa: SLF001  # Edge's own API has no use for what is asked here
    shares = [delegated_operations(model.operations()) for model in opened]
    return {
        "name": choice.name,
        "notice": choice.notice,
        "runtime": type(interpreter).__module__.partition(".")[0],
        "invoke_ms": invoke_ms,
        "words": task.words.of_model(observer.traits),
        "delegated": sum(delegated for delegated, _ in shares),
        "operations": sum(total for _, total in shares),
    }


def delegated_operations(operations: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many operations of a model a delegate runs, and how many it has.

    TFLite keeps the replaced ones in the list and adds one ``DELEGATE`` for each run of them, so those replaced are
    what lies between the outputs and the inputs of a ``DELEGATE``.
    """
    own = [op for op in operations if op["op_name"] != _DELEGATE]
    makers = {int(tensor): number for number, op in enumerate(own) for tensor in op["outputs"]}
    taken: set[int] = set()
    for delegate in operations:
        if delegate["op_name"] == _DELEGATE:
            _collect(delegate, own, makers, taken)
    return len(taken), len(own)


def _collect(
    delegate: Mapping[str, Any], own: Sequence[Mapping[str, Any]], makers: Mapping[int, int], taken: set[int]
) -> None:
    """Add the numbers of the operations that one delegate has replaced."""
    edge = {int(tensor) for tensor in delegate["inputs"]}
    waiting = [int(tensor) for tensor in delegate["outputs"]]
    while waiting:
        tensor = waiting.pop()
        maker = makers.get(tensor)
        if tensor in edge or maker is None or maker in taken:
            continue
        taken.add(maker)
        waiting += [int(needed) for needed in own[maker]["inputs"]]


if __name__ == "__main__":
    answer(run_model)
