"""The configuration explained, from the schema alone: for a terminal, and as a file."""

from __future__ import annotations

from textwrap import fill, indent
from typing import TYPE_CHECKING

from edge.config.unknown import unknown_key
from edge.config.words import allowed, toml_text
from edge.errors import ConfigError

if TYPE_CHECKING:
    from edge.config.schema import Key, Schema

_WIDTH = 100
_INDENT = "  "
_PATHS = "A relative path starts from the folder of the file, with --set from the current directory."
_FILE_HEAD = """\
# The configuration of Edge: /etc/edge/edge.toml. An empty file is a working appliance.
# Every key is here with its default; take the # away from a line to change it.
# "edge config check" says what is wrong, "systemctl reload edge" puts changes in force.
"""


def explain(schema: Schema, path: str, columns: int | None = None) -> str:
    """What a key, or each key of a section, is for and may be, for a terminal of so many columns.

    Raises:
        ConfigError: there is no such key or section.
    """
    width = min(_WIDTH, (columns or _WIDTH) - len(_INDENT))
    if path in schema.sections:
        return "\n\n".join(_explained(key, width) for key in schema.of_section(path))
    if path not in schema.keys:
        raise ConfigError(unknown_key(schema, path))
    return _explained(schema.keys[path], width)


def default_file(schema: Schema) -> str:
    """A configuration file with every key, its help and what it may be, each default commented out."""
    parts = [_FILE_HEAD]
    for section in schema.sections:
        parts += [f"\n# {schema.purpose(section)}\n[{section}]\n", *map(_commented, schema.of_section(section))]
    return "".join(parts)


def _explained(key: Key, width: int) -> str:
    details = key.details
    change = "applied by systemctl reload edge" if details.live else "needs a restart: systemctl restart edge"
    lines = [
        fill(
            f"{details.help} {_PATHS}" if details.kind.split else details.help,
            width,
            break_long_words=False,
            break_on_hyphens=False,
        ),
        f"default:  {toml_text(key.default)}",
        f"allowed:  {allowed(key)}",
        f"change:   {change}",
        f"MQTT:     {'may be set over MQTT' if details.remote else 'cannot be set over MQTT'}",
    ]
    return "\n".join([key.path, *(indent(line, _INDENT) for line in lines)])


def _commented(key: Key) -> str:
    meaning = fill(key.details.help, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f"\n{meaning}\n# Allowed: {allowed(key)}.\n#{key.name} = {toml_text(key.default)}\n"
