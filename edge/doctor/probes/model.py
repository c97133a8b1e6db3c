"""Loads a model as its task does, runs it once and counts what XNNPACK has taken over."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer
from edge.tasks.action.movinet import MoViNet
from edge.tasks.classification.classifier import Classifier
from edge.tasks.classification.stated_input import StatedInput
from edge.tasks.pose.movenet import MoveNet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    AnyTask = MoveNet | Classifier | MoViNet

_DELEGATE = "DELEGATE"


def run_model(request: Mapping[str, Any]) -> dict[str, Any]:
    """Which runtime has run the model in how many ms, its labels, its operations and how many of them are delegated.

    Raises:
        ModelError: the model or its labels cannot be used.
    """
    task = _load(request)
    began_s = time.monotonic()
    task.model.invoke()
    invoke_ms = (time.monotonic() - began_s) * 1e3
    interpreter = task.model._interpreter  # noqa: SLF001  # Edge's own API has no use for what is asked here
    delegated, total = delegated_operations(task.model.operations())
    return {
        "runtime": type(interpreter).__module__.partition(".")[0],
        "invoke_ms": invoke_ms,
        "labels": 0 if isinstance(task, MoveNet) else len(task.labels.category_names),
        "delegated": delegated,
        "operations": total,
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


def _load(request: Mapping[str, Any]) -> AnyTask:
    path = Path(request["path"])
    labels = Path(request["labels"]) if request["labels"] else None
    if request["task"] == "pose":
        return MoveNet(path, threads=1)
    if request["task"] == "classification":
        stated = StatedInput(**{name: tuple(numbers) for name, numbers in request.get("stated", {}).items()})
        return Classifier(path, threads=1, labels_file=labels, stated=stated)
    return MoViNet(path, threads=1, labels_file=labels)


if __name__ == "__main__":
    answer(run_model)
