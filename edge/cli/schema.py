"""``edge schema``: the JSON Schema of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.cli.say import say_json
from edge.tasks.schema import load_schema, schema_names

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(parents=[common], description=__doc__)
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(schema_names())}")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the schema.

    Raises:
        ConfigError: there is no schema of that name.
    """
    say_json(load_schema(arguments.name))
    return 0
