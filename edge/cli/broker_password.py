"""``edge broker-password``: the login of the appliance's own broker, shown or changed."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.text import printable_lines
from edge.cli.config_file import load_config
from edge.cli.say import say
from edge.errors import ConfigError, EdgeError
from edge.mqtt.broker_address import CREDENTIAL_STORE, stored_secret
from edge.mqtt.settings import MqttSettings

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand

LAUNCHER = Path("/usr/lib/edge-appliance/edge-appliance")
"""Of the package edge-appliance, which makes logins."""
_USER = "edge"
"""Whom it makes them for; where settings name another one, it makes none."""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Show the login of the broker that this appliance has brought along: user, password and a command "
        "that listens. Needs root, and the package edge-appliance. A changed password is in force at once, for the "
        "service, too; whoever else logs in needs it then.",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--new", action="store_true", help="make a new password, which the old one gives way to")
    how.add_argument("--stdin", action="store_true", help="take the first line of stdin as the new password")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing or wanted, and show it.

    Raises:
        ConfigError: settings were given, which a broker does not take.
        EdgeError: who asks is not root, edge-appliance is not installed, the broker is a person's own, or the password
            cannot be used.
    """
    if arguments.overrides or arguments.config:
        raise ConfigError("edge broker-password is for the service and its own file; leave out --set and --config")
    if not LAUNCHER.exists():
        raise EdgeError(
            "no broker with a login was set up by Edge here: that is what the package edge-appliance does. On a broker "
            "of your own, you have made the logins: edge help broker"
        )
    if os.geteuid() != 0:
        raise EdgeError("only root may see the password; run: sudo edge broker-password")
    chosen = [option for option in ("--new", "--stdin") if getattr(arguments, option.removeprefix("--"))]
    _make(*chosen)
    password = stored_secret(CREDENTIAL_STORE).read()
    host = f"{socket.gethostname().partition('.')[0]}.local"
    say(f"user: {_USER}")
    sys.stdout.write(f"password: {printable_lines(password)}\n")
    words = ["mosquitto_sub", "-h", host, "-u", _USER, "-P", password, "-v", "-t", _topics(arguments)]
    sys.stdout.write(f"{printable_lines(shlex.join(words))}\n")  # in one line, to be copied
    return 0


def _topics(arguments: argparse.Namespace) -> str:
    """Those of Edge; all of the broker, where its settings are wrong: it may then go on with others."""
    try:
        return f"{load_config(arguments).settings[MqttSettings].base_topic}/#"
    except ConfigError:
        return "#"


def _make(*options: str) -> None:
    command = [str(LAUNCHER), "broker-login", *options]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        reason = done.stderr.strip().removeprefix("edge-appliance: ") or f"exit status {done.returncode}"
        raise EdgeError(f"the login was not made: {reason}")
