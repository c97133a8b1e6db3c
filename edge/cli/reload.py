"""``edge reload``: has the service take the configuration file over, and says what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.cli.say import say
from edge.cli.service import reload_service
from edge.errors import ConfigError

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Have the service take its configuration file over (systemctl reload edge), wait, and say what is "
        "in force now, what needs a restart, or why the service goes on with what it had.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Reload.

    Raises:
        ConfigError: settings were given, which a service does not take. EdgeError: there is no service, or it refuses.
    """
    if arguments.overrides or arguments.config:
        raise ConfigError("edge reload has the service read its own file again; leave out --set and --config")
    outcome = reload_service()
    say("applied: the service has reloaded")
    say(f"in force now: {', '.join(outcome.applied) or 'nothing new'}")
    if outcome.waiting:
        say(f"in force after sudo systemctl restart edge: {', '.join(outcome.waiting)}")
    return 0
