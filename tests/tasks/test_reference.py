"""The page on the messages is in step with the schemas, and what it shows is real."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from edge.mqtt.discovery import discovery_topic
from edge.tasks.messages_page import filled, main
from edge.tasks.schema import schema_names
from tests.mqtt.home_assistant import mistakes
from tests.mqtt.samples import check
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "mqtt.md"
MESSAGES = ROOT / "docs" / "messages"
NO_JSON = {"availability"}
SAME_AS_ANOTHER = {"state/classification", "classification"}


def test_the_page_in_docs_is_in_step_with_the_schemas() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == filled(written, MESSAGES), "run: python -m edge.tasks.messages_page docs/mqtt.md"


def test_every_message_is_on_the_page() -> None:
    written = PAGE.read_text(encoding="utf-8")
    for name in set(schema_names()) - NO_JSON:
        assert name in SAME_AS_ANOTHER or f"<!-- fields {name} -->" in written, name
        assert f"<!-- example {name} -->" in written or not (MESSAGES / f"{name}.json").exists(), name


def test_the_examples_are_as_their_schemas_say() -> None:
    paths = {path.relative_to(MESSAGES).with_suffix("").as_posix(): path for path in MESSAGES.rglob("*.json")}
    announced = json.loads(paths.pop("homeassistant").read_text(encoding="utf-8"))
    assert mistakes(discovery_topic("homeassistant", "kitchen"), announced) == []
    assert {"event", "pose", "state/pose", "state/action", "stats"} <= paths.keys()
    for name, path in paths.items():
        check(name, json.loads(path.read_text(encoding="utf-8")))


def test_the_page_is_filled_between_its_markers(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "pose.json").write_text('{"schema": "edge/pose/1", "people": [{"id": 1}]}')
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- fields pose -->\nold\n<!-- end -->\n<!-- example pose -->\n<!-- end -->\nafter\n")

    main(page)

    text = page.read_text()
    assert text.startswith("before\n<!-- fields pose -->\n\n| field |")
    assert "old" not in text
    assert "| `people[].score` | number from 0 to 1 | Mean score of the keypoints, 0 to 1. |" in text
    assert "| `people[].keypoints[].visible` | boolean, may be absent |" in text
    assert "| `captured_at` | time |" in text
    assert "`seq`" not in text
    assert '```json\n{\n  "schema": "edge/pose/1",\n  "people": [{"id": 1}]\n}\n```' in text
    assert text.endswith("<!-- end -->\nafter\n")
    assert filled(text, tmp_path / "messages") == text


def test_fields_that_all_have_are_told_once(tmp_path: Path) -> None:
    text = filled("<!-- fields common -->\n<!-- end -->\n", tmp_path)
    assert [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")] == [
        "schema",
        "device",
        "run_id",
        "seq",
        "published_at",
    ]


def test_what_may_be_null_says_so(tmp_path: Path) -> None:
    text = filled("<!-- fields state/pose -->\n<!-- end -->\n", tmp_path)
    assert "| `count` | integer from 0 or null |" in text
    assert "| `frame` | null or object |" in text
    assert "| `backend` | `cpu` or `edgetpu` or null |" in text


def test_long_lines_are_broken(tmp_path: Path) -> None:
    (tmp_path / "stats.json").write_text(json.dumps({"tasks": {"pose": {"model": "x" * 60, "backend": "y" * 60}}}))
    text = filled("<!-- example stats -->\n<!-- end -->\n", tmp_path)
    assert '\n  "tasks": {\n    "pose": {\n      "model": "xxx' in text
