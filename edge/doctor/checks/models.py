"""The models: which one each task runs, whether its bytes and its labels are right, and whether it runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from edge.doctor.child import ProbeError, probe
from edge.doctor.finding import Finding, explained, ok, skipped, split_advice, warning
from edge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from edge.doctor.subject import Choice, Subject
    from edge.types import TaskName

_PROBE_S = 15.0
_LIST = "see what there is with: edge models list"


def model_of(task: TaskName) -> Callable[[Subject], Iterable[Finding]]:
    """The check of one task's model."""

    def check(subject: Subject) -> Iterator[Finding]:
        name, settings = f"models.{task}", subject.settings
        if not getattr(settings, task).enabled:
            yield skipped(name, f"{task}.enabled is false")
            return
        try:
            choice = subject.configuration.choose_model(task, settings)
            answer = _run(subject, task, choice)
        except (ModelError, ProbeError) as error:
            yield explained(name, str(error), _LIST)
            return
        yield _makeshift(name, choice) if choice.notice else ok(name, _described(choice, answer))

    return check


def _run(subject: Subject, task: TaskName, choice: Choice) -> dict[str, Any]:
    labels = str(choice.labels) if choice.labels else ""
    request = {"task": task, "path": str(choice.path), "labels": labels, "stated": asdict(choice.stated)}
    return probe(subject.system, "model", request, _PROBE_S)


def _makeshift(name: str, choice: Choice) -> Finding:
    """The starter model stands in: the notice says for which, why, and how to get that."""
    missing, remedy = split_advice(choice.notice)
    why = f"{missing}; {choice.name}, which knows the built-in scene only, runs in its place"
    return warning(name, why, remedy.partition("; ")[0])


def _described(choice: Choice, answer: dict[str, Any]) -> str:
    labels = f", {answer['labels']} labels for as many classes" if answer["labels"] else ""
    share = f"XNNPACK runs {answer['delegated']} of {answer['operations']} operations"
    return f"{choice.name} runs in {answer['invoke_ms']:.0f} ms{labels}; {share}"


def store(subject: Subject) -> Iterator[Finding]:
    """Every model that was pulled or imported, compared with its hash."""
    name = "models.store"
    try:
        found = probe(subject.system, "store", {}, _PROBE_S)
    except ProbeError as error:
        yield explained(name, str(error), _LIST)
        return
    for path, why, remedy in found["broken"]:
        yield warning(name, f"{path} is broken: {why}", f"run: {remedy}")
    if found["broken"]:
        return
    if found["models"]:
        yield ok(name, f"{found['models']} models in {found['folder']}, each as published")
    else:
        yield skipped(name, f"no models in {found['folder']}")
