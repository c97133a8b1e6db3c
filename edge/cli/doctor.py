"""``edge doctor``: looks over everything the appliance needs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from edge.base.terminal import width_of
from edge.cli.config_file import config_file, load_config
from edge.config.sections import Settings
from edge.daemon.device_id import device_id
from edge.doctor.examine import examine
from edge.doctor.report import as_json, as_lines, exit_status
from edge.doctor.subject import Configuration, Subject
from edge.doctor.system import System
from edge.errors import ConfigError
from edge.settings import DeviceSettings

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Check this machine, its programs, models, camera, EdgeTPU, screen, broker and service. Changes "
        "nothing, but that a Coral that nobody has is tried, which loads its firmware. Takes about 20 seconds at "
        "most, 45 with a Coral. Exit status 0: nothing has failed, 1: something has.",
    )
    parser.add_argument("--json", action="store_true", help="print a list of objects: name, verdict, why, fix")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine this machine and say what was found; 1 where something has failed."""
    findings = examine(Subject(System(), _configuration(arguments)))
    if arguments.json:
        print(as_json(findings))  # noqa: T201
    else:
        console = Console(highlight=False)
        for line in as_lines(findings, width_of(sys.stdout)):
            console.print(Text.assemble(*line), soft_wrap=True)
    return exit_status(findings)


def _configuration(arguments: argparse.Namespace) -> Configuration:
    """The settings of this command; wrong ones are a finding, not the end."""
    file = config_file(arguments)
    try:
        settings = load_config(arguments).settings
    except ConfigError as error:
        return Configuration(file, Settings(), error.problems, device_id(""))
    return Configuration(file, settings, (), device_id(settings[DeviceSettings].id))
