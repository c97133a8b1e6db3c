"""What several schemas say is written once, and each is handed out whole."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from edge.messages.schema import inlined
from edge.tasks.registry import tasks
from edge.tasks.schema import load_schema, schema_names

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = {"$ref": "definitions.json#/$defs/frame"}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a schema, at any depth."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


def sources() -> Iterator[str]:
    """The schemas as they are written."""
    folders = [
        files(package) / "schemas" for package in ("edge.messages", *(task.package for task in tasks().values()))
    ]
    for folder in folders:
        for entry in folder.iterdir():
            for file in entry.iterdir() if entry.is_dir() else [entry]:
                yield file.read_text(encoding="utf-8")


def test_a_reference_is_put_in_where_it_stands() -> None:
    whole = inlined({"title": "A", **FRAME, "additionalProperties": False})
    assert list(whole) == ["title", "type", "description", "required", "properties", "additionalProperties"]
    assert whole["required"] == ["number", "width", "height"]


def test_what_stands_beside_a_reference_has_the_last_word_in_its_old_place() -> None:
    whole = inlined({**FRAME, "description": "The first one."})
    assert list(whole)[1] == "description"
    assert whole["description"] == "The first one."


def test_parts_are_joined_in_their_order() -> None:
    first = {"required": ["a"], "properties": {"a": {"const": 1}, "b": {"type": "string"}}}
    second = {"required": ["a", "c"], "properties": {"c": {}, "a": {"description": "A."}}}
    assert inlined({"allOf": [first, second]}) == {
        "required": ["a", "c"],
        "properties": {"a": {"const": 1, "description": "A."}, "b": {"type": "string"}, "c": {}},
    }
    assert list(inlined({"allOf": [first, second]})["properties"]) == ["a", "b", "c"]


def test_references_are_followed_at_any_depth() -> None:
    whole = inlined({"properties": {"list": {"items": {"anyOf": [{"type": "null"}, FRAME]}}}})
    assert whole["properties"]["list"]["items"]["anyOf"][1]["properties"]["width"]["minimum"] == 1


def test_two_schemas_do_not_share_what_one_may_change() -> None:
    inlined(FRAME)["properties"].clear()
    assert inlined(FRAME)["properties"]


def test_a_reference_to_nothing_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="no_such"):
        inlined({"$ref": "definitions.json#/$defs/no_such"})


@pytest.mark.parametrize("name", schema_names())
def test_no_message_has_anything_to_look_up(name: str) -> None:
    assert [part for part in parts(load_schema(name)) if {"$ref", "$defs", "allOf"} & part.keys()] == []


def test_every_definition_is_used_and_nothing_of_it_is_written_again() -> None:
    definitions = json.loads((files("edge.messages") / "definitions.json").read_text(encoding="utf-8"))
    written = [json.dumps(definitions), *sources()]
    assert {name for text in written for name in re.findall(r"#/\$defs/(\w+)", text)} == definitions["$defs"].keys()
    shapes = [json.dumps(inlined(said)) for said in definitions["$defs"].values() if "type" in said or "anyOf" in said]
    again = [part for text in sources() for part in parts(json.loads(text)) if json.dumps(part) in shapes]
    assert again == []
