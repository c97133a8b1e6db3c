"""The contract as it was promised, beside the schemas as they are.

``contract.json`` lists every field of every message. ``python -m tests.mqtt.contract`` records fields that were added;
it refuses to record that one is gone or is something else.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.tasks.schema import load_schema, schema_names

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = Path(__file__).with_name("contract.json")
RECORD_COMMAND = "python -m tests.mqtt.contract"

Fields: TypeAlias = dict[str, dict[str, Any]]
"""What is promised of each field, by its path: ``pose.people[].id``."""

_PROMISES = ("const", "format", "pattern")


@dataclass(frozen=True, slots=True)
class Comparison:
    """``broken`` promises and ``added`` ones, a line each."""

    broken: list[str]
    added: list[str]


def current() -> Fields:
    """The fields that the schemas have now."""
    return {path: said for name in schema_names() for path, said in fields(load_schema(name), name, required=True)}


def recorded() -> Fields:
    """The fields that were promised."""
    found: Fields = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def fields(schema: dict[str, Any], path: str, *, required: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """A field and all fields within it."""
    variants = [schema, *schema.get("anyOf", [])]
    promises = {key: variant[key] for variant in variants for key in _PROMISES if key in variant}
    yield path, {"types": _types(variants), "required": required, "values": _values(variants)} | promises
    for variant in variants:
        for name, inner in variant.get("properties", {}).items():
            yield from fields(inner, f"{path}.{name}", required=name in variant.get("required", []))
        if "items" in variant:
            yield from fields(variant["items"], f"{path}[]", required=True)
        if isinstance(variant.get("additionalProperties"), dict):
            yield from fields(variant["additionalProperties"], f"{path}.*", required=True)


def _types(variants: list[dict[str, Any]]) -> list[str]:
    found: set[str] = set()
    for variant in variants:
        said = variant.get("type", [])
        found.update([said] if isinstance(said, str) else said)
    return sorted(found)


def _values(variants: list[dict[str, Any]]) -> list[Any]:
    return [value for variant in variants for value in variant.get("enum", [])]


def compare(promised: Fields, now: Fields) -> Comparison:
    """What became of the promises."""
    broken = [f"{path} is gone" for path in promised.keys() - now.keys()]
    added = [f"{path} was added" for path in now.keys() - promised.keys()]
    for path in promised.keys() & now.keys():
        before, after = dict(promised[path]), dict(now[path])
        values = before.pop("values"), after.pop("values")
        broken += [f"{path} may not be {value!r} any more" for value in values[0] if value not in values[1]]
        added += [f"{path} may now be {value!r}" for value in values[1] if value not in values[0]]
        if after["required"] and not before["required"]:
            added.append(f"{path} is now always there")
            before["required"] = True
        broken += [f"{path}: {key} was {before.get(key)!r}, is {after.get(key)!r}" for key in _changed(before, after)]
    return Comparison(sorted(broken), sorted(added))


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]


def main() -> int:
    """Record what was added."""
    now = current()
    comparison = compare(recorded() if RECORD.exists() else {}, now)
    print("\n".join(comparison.broken or comparison.added or ["nothing is new"]))  # noqa: T201
    if comparison.broken:
        return 1
    lines = [f"{json.dumps(path)}: {json.dumps(said, sort_keys=True)}" for path, said in sorted(now.items())]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
