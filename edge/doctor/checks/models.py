"""The models: which one each task runs, whether its bytes and its labels are right, and whether it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.config.sections import Settings
from edge.config.words import toml_text
from edge.doctor.finding import Finding, explained, ok, skipped, split_advice, warning
from edge.doctor.probe import ProbeError, probe
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.settings import SCHEMA
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from edge.doctor.subject import Subject
    from edge.types import TaskName

_PROBE_S = 15.0
_LIST = "see what there is with: edge models list"


def model_of(task: TaskName) -> Callable[[Subject], Iterable[Finding]]:
    """The check of one task's model."""

    def check(subject: Subject) -> Iterator[Finding]:
        name, settings = f"models.{task}", subject.settings
        if not settings[tasks()[task].section].enabled:
            yield skipped(name, f"{task}.enabled is false")
            return
        attached = bool(find_edgetpus(subject.system))
        request = {"task": task, "overrides": overrides(settings, task), "has_edgetpu": attached}
        try:
            answer = probe(subject.system, "model", request, _PROBE_S)
        except ProbeError as error:
            yield explained(name, str(error), _LIST)
            return
        if only := answer.get("only_edgetpu"):
            yield skipped(name, f"{only} is for the EdgeTPU only; see edgetpu.inference")
        else:
            yield _makeshift(name, answer) if answer["notice"] else ok(name, _described(answer))

    return check


def overrides(settings: Settings, *of: TaskName) -> list[str]:
    """What is configured of tasks and their models, as it is typed after ``--set``."""
    sections = (*(f"{task}." for task in of), "inference.")
    changed = (key for key in SCHEMA.differences(Settings(), settings) if key.startswith(sections))
    return [f"{key}={toml_text(SCHEMA.value_of(settings, key))}" for key in changed]


def _makeshift(name: str, answer: dict[str, Any]) -> Finding:
    """The starter model stands in: the notice says for which, why, and how to get that."""
    missing, remedy = split_advice(answer["notice"])
    why = f"{missing}; {answer['name']}, which knows the built-in scene only, runs in its place"
    return warning(name, why, remedy.partition("; ")[0])


def _described(answer: dict[str, Any]) -> str:
    words = f", {answer['words']}" if answer["words"] else ""
    share = f"XNNPACK runs {answer['delegated']} of {answer['operations']} operations"
    return f"{answer['name']} runs in {answer['invoke_ms']:.0f} ms{words}; {share}"


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
