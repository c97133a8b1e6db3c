"""The JSON Schemas of the messages (draft 2020-12), one file a message in ``schemas/``, named as its topic."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from edge.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_FOLDER = files("edge.messages") / "schemas"


def schema_names() -> tuple[str, ...]:
    """The messages that have a schema, in alphabetical order."""
    return tuple(sorted(_names(_FOLDER)))


def load_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the message called ``name``.

    Raises:
        ConfigError: there is no such message; the sentence lists those there are.
    """
    if name not in schema_names():
        raise ConfigError(f"there is no schema {name!r}; the schemas are {', '.join(schema_names())}")
    schema: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return schema


def _names(folder: Traversable, prefix: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _names(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name.removesuffix(".json")
