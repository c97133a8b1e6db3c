"""Each task has all its parts, and no other room names one."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import edge.tasks.action.discovery
import edge.tasks.action.events
import edge.tasks.action.messages
import edge.tasks.action.painter
import edge.tasks.action.processor
import edge.tasks.action.trace
import edge.tasks.action.words
import edge.tasks.classification.discovery
import edge.tasks.classification.events
import edge.tasks.classification.messages
import edge.tasks.classification.painter
import edge.tasks.classification.processor
import edge.tasks.classification.trace
import edge.tasks.classification.words
import edge.tasks.pose.discovery
import edge.tasks.pose.events
import edge.tasks.pose.messages
import edge.tasks.pose.painter
import edge.tasks.pose.processor
import edge.tasks.pose.trace
import edge.tasks.pose.words
from edge.tasks.registry import tasks
from tests.support import ROOT, TASK_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from edge.tasks.parts import Discovery, Events, Messages, Painter, Processing, Trace, Words


@dataclass(frozen=True)
class Parts:
    """That its arguments are accepted by the type checker is what holds the modules against the parts."""

    discovery: Discovery
    events: Events
    messages: Messages
    painter: Painter
    processing: Processing
    trace: Trace
    words: Words


PARTS = {
    "pose": Parts(
        discovery=edge.tasks.pose.discovery,
        events=edge.tasks.pose.events,
        messages=edge.tasks.pose.messages,
        painter=edge.tasks.pose.painter,
        processing=edge.tasks.pose.processor,
        trace=edge.tasks.pose.trace,
        words=edge.tasks.pose.words,
    ),
    "classification": Parts(
        discovery=edge.tasks.classification.discovery,
        events=edge.tasks.classification.events,
        messages=edge.tasks.classification.messages,
        painter=edge.tasks.classification.painter,
        processing=edge.tasks.classification.processor,
        trace=edge.tasks.classification.trace,
        words=edge.tasks.classification.words,
    ),
    "action": Parts(
        discovery=edge.tasks.action.discovery,
        events=edge.tasks.action.events,
        messages=edge.tasks.action.messages,
        painter=edge.tasks.action.painter,
        processing=edge.tasks.action.processor,
        trace=edge.tasks.action.trace,
        words=edge.tasks.action.words,
    ),
}
NAMED_BY = {
    "edge/config/rules.py",  # what must hold between keys of several sections
    "edge/doctor/checks/runtime.py",  # the starter model that it tries
    "edge/scene/generate.py",  # scenes to judge a task by
}


@pytest.mark.parametrize("name", TASK_NAMES)
def test_a_task_has_the_parts_of_its_package(name: str) -> None:
    for part, module in vars(PARTS[name]).items():
        assert getattr(tasks()[name], part) is module


def test_to_know_the_tasks_none_of_their_parts_is_loaded() -> None:
    code = "import sys; from edge.tasks.registry import tasks; tasks(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"cv2", "numpy", "ai_edge_litert"}.isdisjoint(loaded)


def test_no_other_room_names_a_task() -> None:
    rooms = [path for path in (ROOT / "edge").rglob("*.py") if path.parent.name not in TASK_NAMES]
    naming = {str(path.relative_to(ROOT)) for path in rooms if names_a_task(path)}
    assert naming - {"edge/tasks/registry.py"} == NAMED_BY


def names_a_task(path: Path) -> bool:
    """Whether a task is named as a value or an attribute, or imported; examples in a sentence are none."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_value = isinstance(node, ast.Constant) and node.value in TASK_NAMES
        is_attribute = isinstance(node, ast.Attribute) and node.attr in TASK_NAMES and _is_settings(node.value)
        is_import = isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[2:3] in IMPORTED
        if is_value or is_attribute or is_import:
            return True
    return False


IMPORTED = [[name] for name in TASK_NAMES]


def _is_settings(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and "settings" in node.id
