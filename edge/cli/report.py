"""``edge report``: one file to send to whoever helps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.text import printable
from edge.cli.command import positive_integer
from edge.cli.config_file import config_file, load_config
from edge.cli.say import complain
from edge.config.sections import Settings
from edge.daemon.device_id import device_id
from edge.doctor.subject import Configuration, Subject
from edge.doctor.system import System
from edge.errors import ConfigError
from edge.report.appliance import LOG_LINES, Appliance
from edge.report.file import report_path, save_report
from edge.report.report import report_text
from edge.settings import DeviceSettings

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand
    from edge.config.load import Loaded
    from edge.errors import Problem


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Write one file to send to whoever helps: versions, what edge doctor finds, settings, models, "
        "attached devices, logs, the last stats. It begins with a list of what is in it and what is not: no pictures, "
        "nothing of what was seen, no passwords. It is sent nowhere, nobody else may read it, and no file is written "
        "over. With sudo it has the logs, too. Takes half a minute at most.",
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=Path,
        help="the file to write, or a folder for it (default: edge-report-DEVICE-DATE-TIME.txt in the current folder)",
    )
    parser.add_argument(
        "--lines",
        type=positive_integer,
        default=LOG_LINES,
        metavar="N",
        help=f"lines of each log (default: {LOG_LINES})",
    )
    parser.add_argument("--stdout", action="store_true", help="print it, and write no file")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the report, and say where it is.

    Raises:
        ConfigError: a file, though it is to be printed. EdgeError: it cannot be written.
    """
    if arguments.stdout and arguments.file:
        raise ConfigError("edge report: give FILE or --stdout, not both")
    appliance, name = _appliance(arguments)
    if arguments.stdout:
        sys.stdout.write(report_text(appliance, name, arguments.overrides))
        return 0
    path = report_path(arguments.file, name, appliance.system.now())
    complain("looking everything over; half a minute at most")
    save_report(path, report_text(appliance, name, arguments.overrides))
    sys.stdout.write(f"{printable(str(path))}\n")
    complain("that is the report; look through it, then send it to whoever helps")
    return 0


def _appliance(arguments: argparse.Namespace) -> tuple[Appliance, str]:
    """What is reported on, and its name; wrong settings are part of the report, not the end of it."""
    file = config_file(arguments)
    loaded: Loaded | None = None
    settings = Settings()
    problems: tuple[Problem, ...] = ()
    try:
        loaded = load_config(arguments)
        settings = loaded.settings
    except ConfigError as error:
        problems = error.problems
    name = device_id(settings[DeviceSettings].id if loaded else "")
    return Appliance(Subject(System(), Configuration(file, settings, problems, name)), loaded, arguments.lines), name
