"""The reference page of the configuration, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.words import allowed, toml_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.schema import Schema

_FIRST_TABLE = "## `["


def filled(page: str, schema: Schema) -> str:
    """``page`` with what follows its introduction written anew: a table for each section."""
    return page.partition(_FIRST_TABLE)[0] + "\n".join(_table(schema, section) for section in schema.sections)


def _table(schema: Schema, section: str) -> str:
    rows = [
        [
            f"`{key.name}`",
            f"`{toml_text(key.default)}`",
            allowed(key),
            "reload" if key.details.live else "restart",
            "yes" if key.details.remote else "no",
            key.details.help,
        ]
        for key in schema.of_section(section)
    ]
    head = ["key", "default", "allowed", "change", "MQTT", "meaning"]
    lines = [_row(head), "|---" * len(head) + "|", *map(_row, rows)]
    return f"{_FIRST_TABLE}{section}]`\n\n{schema.purpose(section)}\n\n" + "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
