"""``first-boot``: at each boot, what the machine lacks of an appliance; at most of them, nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("first-boot", help="host name, broker and login of this machine, where it has none")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Make what is missing; the exit status."""
    return 0
