"""Each task has all its parts, and no other room names one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

import pytest

import edge.tasks.action.discovery
import edge.tasks.action.evaluation
import edge.tasks.action.events
import edge.tasks.action.messages
import edge.tasks.action.metrics
import edge.tasks.action.painter
import edge.tasks.action.processor
import edge.tasks.action.settings
import edge.tasks.action.trace
import edge.tasks.action.words
import edge.tasks.classification.discovery
import edge.tasks.classification.evaluation
import edge.tasks.classification.events
import edge.tasks.classification.messages
import edge.tasks.classification.metrics
import edge.tasks.classification.painter
import edge.tasks.classification.processor
import edge.tasks.classification.settings
import edge.tasks.classification.trace
import edge.tasks.classification.words
import edge.tasks.face.discovery
import edge.tasks.face.evaluation
import edge.tasks.face.events
import edge.tasks.face.messages
import edge.tasks.face.metrics
import edge.tasks.face.painter
import edge.tasks.face.processor
import edge.tasks.face.settings
import edge.tasks.face.trace
import edge.tasks.face.words
import edge.tasks.hands.discovery
import edge.tasks.hands.evaluation
import edge.tasks.hands.events
import edge.tasks.hands.messages
import edge.tasks.hands.metrics
import edge.tasks.hands.painter
import edge.tasks.hands.processor
import edge.tasks.hands.settings
import edge.tasks.hands.trace
import edge.tasks.hands.words
import edge.tasks.pose.discovery
import edge.tasks.pose.evaluation
import edge.tasks.pose.events
import edge.tasks.pose.messages
import edge.tasks.pose.metrics
import edge.tasks.pose.painter
import edge.tasks.pose.processor
import edge.tasks.pose.settings
import edge.tasks.pose.trace
import edge.tasks.pose.words
from edge.tasks.parts import TraitsT, ValuesT
from edge.tasks.registry import tasks
from tests.support import ROOT, TASK_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from edge.config.conflict import Rule
    from edge.tasks.parts import (
        Discovery,
        Evaluation,
        Events,
        Messages,
        Metrics,
        Painter,
        Processing,
        TaskSettings,
        Trace,
        Words,
    )


@dataclass(frozen=True)
class Parts(Generic[TraitsT, ValuesT]):
    """That its arguments are accepted by the type checker is what holds the modules against the parts."""

    section: type[TaskSettings]
    conflicts: Rule
    discovery: Discovery
    events: Events
    messages: Messages
    metrics: type[Metrics]
    painter: type[Painter]
    processing: Processing[TraitsT, ValuesT]
    trace: Trace[TraitsT, ValuesT]
    words: Words
    evaluation: Evaluation | None = None


PARTS = {
    "pose": Parts(
        section=edge.tasks.pose.settings.PoseSettings,
        conflicts=edge.tasks.pose.settings.conflicts,
        discovery=edge.tasks.pose.discovery,
        events=edge.tasks.pose.events,
        messages=edge.tasks.pose.messages,
        metrics=edge.tasks.pose.metrics.Metrics,
        painter=edge.tasks.pose.painter.Painter,
        processing=edge.tasks.pose.processor,
        trace=edge.tasks.pose.trace,
        words=edge.tasks.pose.words,
        evaluation=edge.tasks.pose.evaluation,
    ),
    "classification": Parts(
        section=edge.tasks.classification.settings.ClassificationSettings,
        conflicts=edge.tasks.classification.settings.conflicts,
        discovery=edge.tasks.classification.discovery,
        events=edge.tasks.classification.events,
        messages=edge.tasks.classification.messages,
        metrics=edge.tasks.classification.metrics.Metrics,
        painter=edge.tasks.classification.painter.Painter,
        processing=edge.tasks.classification.processor,
        trace=edge.tasks.classification.trace,
        words=edge.tasks.classification.words,
        evaluation=edge.tasks.classification.evaluation,
    ),
    "action": Parts(
        section=edge.tasks.action.settings.ActionSettings,
        conflicts=edge.tasks.action.settings.conflicts,
        discovery=edge.tasks.action.discovery,
        events=edge.tasks.action.events,
        messages=edge.tasks.action.messages,
        metrics=edge.tasks.action.metrics.Metrics,
        painter=edge.tasks.action.painter.Painter,
        processing=edge.tasks.action.processor,
        trace=edge.tasks.action.trace,
        words=edge.tasks.action.words,
        evaluation=edge.tasks.action.evaluation,
    ),
    "hands": Parts(
        section=edge.tasks.hands.settings.HandsSettings,
        conflicts=edge.tasks.hands.settings.conflicts,
        discovery=edge.tasks.hands.discovery,
        events=edge.tasks.hands.events,
        messages=edge.tasks.hands.messages,
        metrics=edge.tasks.hands.metrics.Metrics,
        painter=edge.tasks.hands.painter.Painter,
        processing=edge.tasks.hands.processor,
        trace=edge.tasks.hands.trace,
        words=edge.tasks.hands.words,
        evaluation=edge.tasks.hands.evaluation,
    ),
    "face": Parts(
        section=edge.tasks.face.settings.FaceSettings,
        conflicts=edge.tasks.face.settings.conflicts,
        discovery=edge.tasks.face.discovery,
        events=edge.tasks.face.events,
        messages=edge.tasks.face.messages,
        metrics=edge.tasks.face.metrics.Metrics,
        painter=edge.tasks.face.painter.Painter,
        processing=edge.tasks.face.processor,
        trace=edge.tasks.face.trace,
        words=edge.tasks.face.words,
        evaluation=edge.tasks.face.evaluation,
    ),
}
NAMED_BY = {
    "edge/scene/generate.py",  # scenes to judge a task by
    "edge/tasks/results.py",  # the classes that scripts may name
}


@pytest.mark.parametrize("name", TASK_NAMES)
def test_a_task_has_the_parts_of_its_package(name: str) -> None:
    task, parts = tasks()[name], vars(PARTS[name])
    assert isinstance(task.new_metrics(), parts.pop("metrics"))
    assert isinstance(task.new_painter(), parts.pop("painter"))
    assert task.can_be_evaluated == (parts["evaluation"] is not None)
    for part, module in parts.items():
        assert module is None or getattr(task, part) is module


def test_to_know_the_tasks_none_of_their_parts_is_loaded() -> None:
    code = "import sys; from edge.tasks.registry import tasks; tasks(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"cv2", "numpy", "ai_edge_litert"}.isdisjoint(loaded)
    assert [module for module in loaded if module.startswith(PACKAGES)] == []


@pytest.mark.parametrize("name", TASK_NAMES)
def test_once_loaded_for_work_a_result_imports_nothing(name: str) -> None:
    code = (
        "import sys; from edge.tasks.registry import tasks\n"
        f"task = tasks()[{name!r}]; task.load_for_work(); before = set(sys.modules)\n"
        "task.events, task.messages, task.discovery, task.shows_people, task.new_painter(), task.processing\n"
        "print(*(set(sys.modules) - before))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "\n"


@pytest.mark.no_cover
def test_no_other_room_names_a_task() -> None:
    own = tuple(f"edge/tasks/{name}/" for name in TASK_NAMES)
    rooms = {str(path.relative_to(ROOT)): path for path in (ROOT / "edge").rglob("*.py")}
    naming = {name for name, path in rooms.items() if not name.startswith(own) and names_a_task(path)}
    assert naming - {"edge/tasks/registry.py"} == NAMED_BY


PACKAGES = tuple(f"edge.tasks.{name}." for name in TASK_NAMES)
KEY = re.compile(rf"({'|'.join(TASK_NAMES)})(\.[a-z_]+)?")


def names_a_task(path: Path) -> bool:
    """Whether a task or a key of one is named as a value or an attribute, or imported; examples in texts are none."""
    return any(map(_names_a_task, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))


def _names_a_task(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return KEY.fullmatch(text) is not None
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return name in TASK_NAMES and "settings" in owner
        case ast.Import(names=names):
            return any(f"{one.name}.".startswith(PACKAGES) for one in names)
        case ast.ImportFrom(module=str(module), names=names):
            return any(f"{module}.{one.name}.".startswith(PACKAGES) for one in names)
    return False
