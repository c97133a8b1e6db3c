"""The command line: units, hooks of apt and ``edge broker-password`` run it; people need not."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from edge_appliance import broker_login, first_boot, keep_installed, keep_package, mend_packages, watch_update
from edge_appliance.errors import ApplianceError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (first_boot, broker_login, keep_package, keep_installed, mend_packages, watch_update)
"""Each has ``add_parser``, which sets ``run``: a function from arguments to an exit status."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand; the exit status: 0 done, 1 failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="edge-appliance", description="Parts of the appliance Edge.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(commands)
    arguments = parser.parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except (ApplianceError, OSError) as error:
        print(f"edge-appliance: {error}", file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
