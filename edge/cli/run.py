"""``edge run``: the daemon in the foreground."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from edge.base.folders import given_state
from edge.base.machine_files import THIS_MACHINE
from edge.cli.command import positive_integer, seconds
from edge.cli.config_file import config_file
from edge.config.store import ConfigStore
from edge.daemon.daemon import run_daemon
from edge.daemon.failed_starts import FailedStarts
from edge.daemon.notify import ServiceManager
from edge.errors import ConfigError, EdgeError
from edge.monitor.display_server import why_no_window
from edge.settings import SCHEMA

if TYPE_CHECKING:
    import argparse

    from edge.base.machine_files import MachineFiles
    from edge.cli.command import AddCommand
    from edge.daemon.failed_starts import Failed

_ENOUGH = 2
"""So many starts that fail are no accident."""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Take frames, run the enabled tasks, publish their results over MQTT. Ends with the source, or "
        "on Ctrl-C or SIGTERM.",
    )
    parser.add_argument("--seconds", type=seconds, metavar="S", help="stop after so many seconds")
    parser.add_argument("--frames", type=positive_integer, metavar="N", help="stop after so many camera frames")
    parser.add_argument(
        "--window",
        action="store_true",
        help="show in a window on the desktop what an attached monitor would; closing it ends nothing else",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, files: MachineFiles = THIS_MACHINE) -> int:
    """Run the daemon.

    Raises:
        EdgeError: it cannot start, or failed.
    """
    _check_window(wanted=arguments.window)
    settings, manager = config_file(arguments), ServiceManager()
    config_store = ConfigStore(SCHEMA, settings, arguments.overrides, given_state())
    starts = FailedStarts(os.environ, settings)
    with starts.counted(manager) as failed:
        _choose(config_store, failed)
        starts_anew = run_daemon(
            config_store,
            seconds=arguments.seconds,
            frames=arguments.frames,
            window=arguments.window,
            on_sound=starts.passed,
            files=files,
        )
    if starts_anew and not manager.is_there:  # systemd, once told of the end, wants to see it
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # nobody else's words in it
    return 0


def _check_window(*, wanted: bool) -> None:
    why_not = why_no_window(os.environ) if wanted else ""
    if why_not:
        raise ConfigError(f"--window: {why_not}")


def _choose(config_store: ConfigStore, failed: Failed) -> None:
    """After two failed starts try the last good configuration; if that fails as well, it is not the file, and so on."""
    if failed.times < _ENOUGH:
        return
    try:
        if failed.times % 2 == 0:
            config_store.refuse(failed.why)
        else:
            config_store.forgive()
    except (EdgeError, OSError) as error:
        sys.stderr.write(f"edge: the last good configuration cannot be tried: {error}\n")
