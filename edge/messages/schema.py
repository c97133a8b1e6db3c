"""Schemas as they are kept and as they are handed out: what several of them say is written once, and inlined.

A schema beside the others may refer to ``definitions.json`` (``"$ref": "definitions.json#/$defs/frame"``), and be put
together from parts (``allOf``). Whoever reads one wants it whole. Unlike in JSON Schema, where two parts say different
things of the same, the later one has the last word, so that a part can be taken with another description.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema: TypeAlias = dict[str, Any]

_REFERENCE = "definitions.json#/$defs/"


def inlined(schema: Schema) -> Schema:
    """The schema with nothing left to look up, in the order in which it was written."""
    whole: Schema = {}
    for key, said in schema.items():
        for part in _parts(key, said):
            whole = _joined(whole, part)
    return whole


def _inlined(value: Any) -> Any:
    if isinstance(value, list):
        return [_inlined(each) for each in value]
    return inlined(value) if isinstance(value, dict) else value


def _parts(key: str, said: Any) -> list[Schema]:
    """What an entry of a schema adds to it."""
    if key == "$ref":
        return [inlined(_definitions()[said.removeprefix(_REFERENCE)])]
    return [inlined(part) for part in said] if key == "allOf" else [{key: _inlined(said)}]


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> Schema:
    """Both in one: objects are joined, required fields put together, all else is as the second says."""
    whole = dict(first)
    for key, said in second.items():
        before = whole.get(key)
        if isinstance(before, dict):
            whole[key] = _joined(before, said)
        else:
            whole[key] = list(dict.fromkeys([*before, *said])) if key == "required" and before else said
    return whole


@cache
def _definitions() -> Schema:
    text = (files("edge.messages") / "definitions.json").read_text(encoding="utf-8")
    definitions: Schema = json.loads(text)["$defs"]
    return definitions
