"""The contract that others rely on: fields come, none goes or becomes something else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.mqtt.contract import RECORD_COMMAND, compare, current, fields, recorded

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = {
    "type": "object",
    "required": ["id", "settled", "backend", "people"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]$"},
        "note": {"type": "string"},
        "backend": {"enum": ["cpu", "edgetpu"]},
        "settled": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"since": {"type": "string"}}}]},
        "people": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}},
        "tasks": {"type": "object", "additionalProperties": {"type": "object", "properties": {"n": {"const": 1}}}},
    },
}


def test_no_promise_is_broken() -> None:
    assert compare(recorded(), current()).broken == []


def test_what_was_added_is_recorded() -> None:
    assert compare(recorded(), current()).added == [], f"record it: {RECORD_COMMAND}"
    assert recorded() == current()


def test_fields_are_found_at_any_depth() -> None:
    assert [path for path, _ in fields(SCHEMA, "m", required=True)] == [
        "m",
        "m.id",
        "m.note",
        "m.backend",
        "m.settled",
        "m.settled.since",
        "m.people",
        "m.people[]",
        "m.people[].x",
        "m.tasks",
        "m.tasks.*",
        "m.tasks.*.n",
    ]


def changed(change: Callable[[dict[str, Any]], object]) -> tuple[list[str], list[str]]:
    """What is said of a change of ``SCHEMA``: promises broken, and added."""
    schema = copy.deepcopy(SCHEMA)
    change(schema)
    before, after = (dict(fields(one, "m", required=True)) for one in (SCHEMA, schema))
    comparison = compare(before, after)
    return comparison.broken, comparison.added


def rename(schema: dict[str, Any]) -> None:
    person = schema["properties"]["people"]["items"]["properties"]
    person["left"] = person.pop("x")


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda schema: schema["properties"].pop("note"), ["m.note is gone"]),
        (rename, ["m.people[].x is gone"]),
        (
            lambda schema: schema["properties"]["id"].update(type="integer"),
            ["m.id: types was ['string'], is ['integer']"],
        ),
        (
            lambda schema: schema["properties"]["settled"]["anyOf"].pop(0),
            ["m.settled: types was ['null', 'object'], is ['object']"],
        ),
        (lambda schema: schema["required"].remove("id"), ["m.id: required was True, is False"]),
        (lambda schema: schema["properties"]["id"].update(pattern="."), ["m.id: pattern was '^[0-9]$', is '.'"]),
        (
            lambda schema: schema["properties"]["backend"].update(enum=["cpu"]),
            ["m.backend may not be 'edgetpu' any more"],
        ),
        (
            lambda schema: schema["properties"]["tasks"]["additionalProperties"]["properties"]["n"].update(const=2),
            ["m.tasks.*.n: const was 1, is 2"],
        ),
    ],
)
def test_what_is_taken_away_breaks_a_promise(change: Callable[[dict[str, Any]], object], broken: list[str]) -> None:
    assert changed(change)[0] == broken


@pytest.mark.parametrize(
    ("change", "added"),
    [
        (lambda schema: schema["properties"].update(new={"type": "string"}), ["m.new was added"]),
        (lambda schema: schema["required"].append("note"), ["m.note is now always there"]),
        (lambda schema: schema["properties"]["backend"]["enum"].append("npu"), ["m.backend may now be 'npu'"]),
        (lambda schema: schema["properties"]["id"].update(description="other words"), []),
    ],
)
def test_what_is_added_breaks_none(change: Callable[[dict[str, Any]], object], added: list[str]) -> None:
    assert changed(change) == ([], added)
