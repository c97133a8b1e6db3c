"""What was put on the card for the first boot: applied, and by whom."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from edge.doctor.checks.first_boot import settings
from edge.doctor.subject import Subject
from edge.doctor.system import NOT_FOUND, Output, System

if TYPE_CHECKING:
    from pathlib import Path

    from edge.doctor.finding import Finding

READER = "usr/lib/raspberrypi-sys-mods/init_config"
USER_DATA, CUSTOM, FIRST_RUN = (f"boot/firmware/{name}" for name in ("user-data", "custom.toml", "firstrun.sh"))


def found(root: Path, *files: str, cloud_init: Output | None = None) -> Finding:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    system = System(root=root, run=lambda _words, _limit_s: cloud_init or Output(NOT_FOUND))
    (finding,) = settings(Subject(system, None))
    return finding


def told(status: str, *errors: str, recoverable: dict[str, list[str]] | None = None) -> Output:
    answer = {"status": status, "errors": list(errors), "recoverable_errors": recoverable or {}}
    return Output(0 if status == "done" and not recoverable else 2, json.dumps(answer))


@pytest.mark.parametrize(
    ("answer", "verdict", "why"),
    [
        (told("done"), "ok", "applied by cloud-init, from user-data"),
        (told("running"), "warning", "still at work"),
        (told("disabled"), "warning", "not applied: cloud-init is disabled"),
        (
            told("error", "('ssh', KeyError('x'))"),
            "warning",
            "not all was applied by cloud-init: ssh (KeyError)",
        ),
        (told("done", recoverable={"WARNING": ["no such key"]}), "warning", "not all was applied by cloud-init"),
        (Output(1, "no JSON"), "skipped", "does not say"),
        (Output(1, "[]"), "skipped", "does not say"),
        (None, "warning", "not applied: there is no cloud-init to read user-data"),
    ],
)
def test_cloud_init_is_asked_how_it_went(tmp_path: Path, answer: Output | None, verdict: str, why: str) -> None:
    finding = found(tmp_path, USER_DATA, cloud_init=answer)

    assert (finding.name, finding.verdict) == ("system.first_boot", verdict)
    assert why in finding.why


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("password: my: hunter2", "line 4 column 15"),
        ("password: @hunter2", "line 4 column 13"),
        ("password: 'it's-hunter2'", "line 2 column 3"),
        ('password: "my"hunter2"', "line 2 column 3"),
        ("password: !hunter2", "line 4 column 13"),
        ("password: *hunter2", "line 4 column 13"),
    ],
)
def test_a_line_that_cloud_init_cannot_read_is_not_repeated(tmp_path: Path, line: str, place: str) -> None:
    finding = found(tmp_path, USER_DATA, cloud_init=told("done", recoverable={"WARNING": [refusal(line)] * 2}))

    assert finding.why == f"not all was applied by cloud-init: no YAML at {place}"
    assert "hunter2" not in finding.fix


@pytest.mark.parametrize(
    "words",
    [
        "Unhandled non-multipart (text/x-not-multipart) userdata: 'b'password: hunter2'...'",
        "Failed loading yaml blob. year hunter2 is out of range",
        "Unexpected error while running command.\nCommand: ['join', 'hunter2']",
    ],
)
def test_nor_is_anything_else_that_it_says_of_a_file(tmp_path: Path, words: str) -> None:
    finding = found(tmp_path, USER_DATA, cloud_init=told("error", words, f"('runcmd', ValueError('{words}'))"))

    assert finding.why == "not all was applied by cloud-init: runcmd (ValueError)"


def refusal(line: str) -> str:
    """What cloud-init logs of a network-config with such a line: PyYAML's words, which repeat it."""
    with pytest.raises(yaml.MarkedYAMLError) as refused:
        yaml.safe_load(f"network:\n  version: 2\n  access-points:\n  {line}\n")
    error = refused.value
    mark = error.context_mark or error.problem_mark
    assert mark is not None
    return f'Failed loading yaml blob. Invalid format at line {mark.line + 1} column {mark.column + 1}: "{error}"'


def test_files_of_bookworm_are_read_by_bookworm(tmp_path: Path) -> None:
    finding = found(tmp_path, CUSTOM, READER)

    assert (finding.verdict, finding.why.partition(" was")[0]) == ("ok", "custom.toml")


def test_and_by_no_later_release(tmp_path: Path) -> None:
    finding = found(tmp_path, CUSTOM, FIRST_RUN)

    assert finding.verdict == "warning"
    assert finding.why == "not applied: nothing here reads custom.toml and firstrun.sh, made for another release"
    assert "docs/flash.md" in finding.fix


def test_most_machines_have_nothing_there(tmp_path: Path) -> None:
    assert found(tmp_path).verdict == "skipped"
