"""A configuration as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.words import toml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.load import Loaded
    from edge.config.schema import Schema

_COLUMN = 44


def listing(schema: Schema, loaded: Loaded) -> Iterator[str]:
    """Every key below its section, with its value, without secrets, and where that comes from."""
    section = ""
    for path, key in schema.keys.items():
        if key.section != section:
            yield f"\n[{key.section}]" if section else f"[{key.section}]"
            section = key.section
        line = f"{key.name} = {toml_text(schema.shown_value_of(loaded.settings, path))}"
        yield f"{line:<{_COLUMN}} # {loaded.origins[path]}"
