from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from edge.errors import ConfigError
from edge.messages.payload import Header, Payload
from edge.tasks.payload import result_payload
from edge.tasks.schema import load_schema, schema_names
from edge.tracking.keypoints import COCO_17
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, category_result, check, pose_result, validator

if TYPE_CHECKING:
    from collections.abc import Iterator


def message(task: str = "pose") -> Payload:
    result = pose_result() if task == "pose" else category_result()
    return result_payload(result, Header("pi", RUN_ID, 1, EIGHT_O_CLOCK))


def documented(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a schema at any depth, with what is said of it."""
    for key, value in schema.items():
        if key == "properties":
            yield from value.items()
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from documented(inner)


def test_each_message_has_a_schema() -> None:
    states = ("state/action", "state/classification", "state/face", "state/hands", "state/pose")
    assert schema_names() == (
        "action",
        "availability",
        "classification",
        "event",
        "face",
        "hands",
        "pose",
        "request",
        "response",
        *states,
        "stats",
    )


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_one_and_explains_every_field(name: str) -> None:
    schema = load_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"]
    assert [field for field, said in [("top", schema), *documented(schema)] if not said.get("description")] == []


def test_an_unknown_schema_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no schema 'poze'; the schemas are action, .*pose, request"):
        load_schema("poze")


def test_keypoints_are_named_as_everywhere() -> None:
    person = load_schema("pose")["properties"]["people"]["items"]["properties"]
    assert person["keypoints"]["items"]["properties"]["name"]["enum"] == list(COCO_17.names)


def test_consumers_tolerate_fields_that_are_added() -> None:
    validator(load_schema("pose")).validate(message() | {"new": 1})
    with pytest.raises(ValidationError, match="'new' was unexpected"):
        check("pose", message() | {"new": 1})


@pytest.mark.parametrize("task", ["pose", "action"])
def test_results_of_files_say_where_they_come_from(task: str) -> None:
    check(task, message(task) | {"input": "clips/squat.mp4", "media_time_s": 1.5})
    with pytest.raises(ValidationError, match="'late' is not of type 'number'"):
        check(task, message(task) | {"media_time_s": "late"})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"schema": "edge/pose/2"}, "'edge/pose/1' was expected"),
        ({"seq": 0}, "less than the minimum of 1"),
        ({"run_id": "first"}, "is not a 'uuid'|does not match"),
        ({"published_at": "2026-05-01 08:00"}, "does not match|is not a 'date-time'"),
        ({"published_at": "2026-05-01T08:00:00.041+02:00"}, "does not match"),
        ({"latency_ms": None}, "is not of type 'number'"),
        ({"backend": "gpu"}, "is not one of"),
        ({"people": [{"id": 1}]}, "'score' is a required property"),
    ],
)
def test_a_schema_catches_mistakes(wrong: Payload, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        validator(load_schema("pose")).validate(message() | wrong)


def test_a_missing_field_is_a_mistake() -> None:
    payload = message("action")
    del payload["settled"]
    with pytest.raises(ValidationError, match="'settled' is a required property"):
        validator(load_schema("action")).validate(payload)
