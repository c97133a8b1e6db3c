"""The documents say what the program does: commands, keys, targets, links and messages in them are real."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from edge.cli.parser import build_parser
from edge.demo.demo import SHEET, VIDEO
from edge.demo.summary import NEXT_STEPS, topic_table
from edge.settings import SCHEMA
from edge.tasks.schema import schema_names
from tests.mqtt.samples import check
from tests.support import ROOT, STARTED, TASK_NAMES

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
NO_KEYS = {
    *("camera.device", "camera.frame", "camera.permissions"),  # what the doctor looks at
    *("display.screen", "display.edid", "display.permissions", "display.in_use", "display.window"),
    "mqtt.trouble",  # in `stats`
    *("inputs.mqtt_consumer", "outputs.influxdb_v2"),  # in the settings of Telegraf
}
SECTIONS = "|".join(SCHEMA.sections)

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
FIELDS = re.compile(r"<!-- fields .*?<!-- end -->", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)")
KEY = re.compile(rf"(?:{SECTIONS})\.\w+")


def blocks(document: Path, *languages: str) -> list[str]:
    """The fenced blocks in one of the languages."""
    return [text for language, text in BLOCK.findall(document.read_text()) if language in languages]


def commands(document: Path) -> list[list[str]]:
    """The words of each command to type: every line of an ``sh`` block, the lines after ``$`` of a ``console`` one.

    Of a pipe it is the first.
    """
    lines = [line for block in blocks(document, "sh") for line in block.splitlines()]
    lines += [line[2:] for block in blocks(document, "console") for line in block.splitlines() if line[:2] == "$ "]
    return [shlex.split(line.partition(" | ")[0], comments=True) for line in lines]


def inline(document: Path) -> list[str]:
    """What stands between single backticks, the fields of messages apart."""
    return INLINE.findall(FIELDS.sub("", BLOCK.sub("", document.read_text())))


def keys(document: Path) -> set[str]:
    """The configuration keys a document names: in TOML, in commands, in running text."""
    tables = [tomllib.loads(block) for block in blocks(document, "toml")]
    found = {f"{section}.{name}" for table in tables for section, body in table.items() for name in body}
    words = [word.split("=")[0] for command in commands(document) for word in command] + inline(document)
    return found | {word for word in words if KEY.fullmatch(word)}


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.name)
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_every_command_parses(document: Path) -> None:
    parser = build_parser()
    written = [shlex.split(text) for text in inline(document) if re.match("(sudo )?edge config (?!set$)", text)]
    for words in [*commands(document), *written]:
        command = words[words[:1] == ["sudo"] :]
        if command[:1] == ["edge"]:
            parser.parse_args(command[1:])  # leaves with SystemExit, and says why, if it does not


def test_every_make_target_exists(document: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    lines = [*inline(document), *(" ".join(command) for command in commands(document))]
    assert {word for line in lines for word in re.findall(r"\bmake ([a-z]+)", line)} <= set(targets)


def test_every_linked_file_exists(document: Path) -> None:
    local = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_key_exists(document: Path) -> None:
    assert keys(document) - set(SCHEMA.keys) - NO_KEYS == set()


def test_the_readme_is_understood_by_these_tests() -> None:
    readme = ROOT / "README.md"
    known = {command[1] for command in commands(readme) if command[0] == "edge"}
    assert known >= {"models", "infer", "run", "config", "watch"}
    assert {"camera.source", "pose.score_threshold", "classification.labels"} <= keys(readme)


def test_what_the_demo_prints_is_as_the_readme_shows_it() -> None:
    (shown,) = [block for block in blocks(ROOT / "README.md", "text") if block.startswith("What came over MQTT")]
    head, *rows = [re.split(r" {2,}", line) for line in shown.partition("\nmodels:")[0].splitlines()[1:]]

    assert head == [str(column.header) for column in topic_table({}).columns]
    off = {task for task in TASK_NAMES if task not in STARTED}
    assert sorted(row[0] for row in rows) == sorted({*schema_names()} - {"request", "response"} - off)
    assert f"written: build/demo/{VIDEO}\nwritten: build/demo/{SHEET}\n" in shown
    assert shown.endswith(f"\n\n{NEXT_STEPS}\n")


def test_the_pictures_are_small() -> None:
    assert [path.name for path in (ROOT / "docs/images").iterdir() if path.stat().st_size > 300_000] == []


def test_the_example_messages_are_as_their_schemas_say() -> None:
    messages: list[dict[str, Any]] = [json.loads(block) for block in blocks(ROOT / "docs/mqtt.md", "json")]
    names = [message["schema"].removeprefix("edge/").removesuffix("/1") for message in messages]
    assert {*names, "availability"} == set(schema_names())
    for name, message in zip(names, messages, strict=True):
        check(name, message)
