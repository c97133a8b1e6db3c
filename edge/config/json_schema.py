"""The configuration as JSON Schema (draft 2020-12), from the schema alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edge.config.schema import Key, Schema


def json_schema(schema: Schema) -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) of the whole file; what must hold between keys it cannot say."""
    properties = {
        section: {
            "type": "object",
            "description": schema.purpose(section),
            "additionalProperties": False,
            "properties": {key.name: _property(key) for key in schema.of_section(section)},
        }
        for section in schema.sections
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Edge configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _property(key: Key) -> dict[str, Any]:
    value = _value_schema(key)
    if key.is_list:
        value = _list_schema(value, key.details.lengths)
    default = list(key.default) if isinstance(key.default, tuple) else key.default
    return {
        "description": key.details.help,
        **value,
        "default": default,
        "x-live": key.details.live,
        "x-remote": key.details.remote,
    }


def _list_schema(element: dict[str, Any], lengths: tuple[int, ...]) -> dict[str, Any]:
    counts = [{"minItems": length, "maxItems": length} for length in lengths]
    bounds: dict[str, Any] = counts[0] if len(counts) == 1 else {"anyOf": counts} if counts else {}
    array = {"type": "array", "items": element, **bounds}
    return {"anyOf": [element, array]} if 1 in lengths else array


def _value_schema(key: Key) -> dict[str, Any]:
    details = key.details
    bounds = {
        "enum": list(details.choices) or None,
        "minimum": details.low,
        "maximum": details.high,
        "not": None if details.never is None else {"const": details.never},
        "pattern": f"^(?:{details.pattern})$" if details.pattern else None,
        "minLength": 1 if key.is_list and key.scalar is str else None,
    }
    names = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"type": names[key.scalar], **{name: value for name, value in bounds.items() if value is not None}}
