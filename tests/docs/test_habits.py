"""What whoever works on Edge is offered is there: hooks, workflow and forms name the same checks and commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from edge.cli.parser import build_parser
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MAKEFILE = (ROOT / "Makefile").read_text()
WORKFLOW = (ROOT / ".github/workflows/ci.yml").read_text()
FORMS = (ROOT / ".github/ISSUE_TEMPLATE/bug.yml", ROOT / ".github/pull_request_template.md")


def recipe(target: str) -> list[str]:
    """The commands of a target, but for what it prints."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert found
    return [line.strip() for line in found[1].splitlines() if not line.startswith("\t@echo")]


def test_the_hooks_are_what_make_check_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"entry: ([^,]+),", hooks) == [line.replace("$(RUN)", ".venv/bin") for line in recipe("check")]
    assert set(re.findall(r"language: (\w+)", hooks)) == {"system"}
    assert re.findall(r"- repo: (\w+)", hooks) == ["local"]


def test_the_workflow_only_calls_make() -> None:
    ran = re.findall(r"- run: (.+)", WORKFLOW)
    assert len(ran) == 4
    targets = [re.fullmatch(r"(?:sudo --preserve-env=PATH )?make ([a-z-]+)", line) for line in ran]
    assert {target and target[1] for target in targets} == set(re.findall(r"^make ([a-z-]+)", ci(), re.MULTILINE))


def test_the_workflow_tests_the_first_and_the_last_python_that_edge_is_for() -> None:
    stated = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text())
    assert re.findall(r'"(3\.\d+)"', WORKFLOW.partition("steps:")[0]) == [stated[0], stated[-1]]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_what_a_form_asks_for_is_there(form: Path) -> None:
    text = form.read_text()
    for command in re.findall(r"\bedge ([a-z][a-z -]*[a-z])$", text, re.MULTILINE):
        build_parser().parse_args(command.split())
    for target in re.findall(r"`make ([a-z-]+)`", text):
        assert recipe(target)
    for name in re.findall(r"`([A-Za-z/_.]+[./][A-Za-z/_.]*)`", text):
        assert (ROOT / name).exists(), name


def ci() -> str:
    return (ROOT / ".ci/run").read_text()
