"""The JSON Schemas of the messages (draft 2020-12), one file a message, named as its topic.

Those of a task lie in ``schemas/`` of its package, those of all others in ``edge/messages/schemas/``; what several of
them say is written once, in ``edge/messages/definitions.json``.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from edge.errors import ConfigError
from edge.messages.schema import inlined
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from edge.messages.schema import Schema


def schema_names() -> tuple[str, ...]:
    """The messages that have a schema, in alphabetical order."""
    return tuple(sorted(_files()))


def load_schema(name: str) -> Schema:
    """The JSON Schema of the message called ``name``.

    Raises:
        ConfigError: there is no such message; the sentence lists those there are.
    """
    known = _files()
    if name not in known:
        raise ConfigError(f"there is no schema {name!r}; the schemas are {', '.join(sorted(known))}")
    return inlined(json.loads(known[name].read_text(encoding="utf-8")))


def _files() -> dict[str, Traversable]:
    packages = ("edge.messages", *(task.package for task in tasks().values()))
    return dict(found for package in packages for found in _files_in(files(package) / "schemas"))


def _files_in(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files_in(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name.removesuffix(".json"), entry
