"""``edge demo``: the appliance at work, with nothing attached."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from edge.cli.command import orderly_sigterm, seconds
from edge.demo.demo import SHEET, VIDEO, DemoOptions, run_demo
from edge.monitor.display_server import why_no_window
from edge.scene.catalog import scene_names

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand

SECONDS = 60.0
"""One turn of the tour."""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Run the appliance on the built-in scene with a broker of its own, show live what it publishes, "
        f"and leave an annotated video ({VIDEO}) and a contact sheet ({SHEET}) behind. Needs no camera, no broker and "
        "no network. Exit status 0 if every task delivered and every message was as its schema says.",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("edge-demo"),
        metavar="DIR",
        help="folder for the files (default: edge-demo)",
    )
    parser.add_argument(
        "--seconds", type=seconds, default=SECONDS, metavar="S", help=f"how long (default: {SECONDS:g})"
    )
    parser.add_argument("--scene", default="tour", metavar="NAME", help=f"{', '.join(scene_names())} (default: tour)")
    parser.add_argument(
        "--models",
        choices=("starter", "real"),
        default="starter",
        help="starter: the small models that come with Edge; real: those of an empty configuration, once pulled",
    )
    parser.add_argument("--no-window", action="store_true", help="open no window where there is a desktop")
    parser.add_argument("--no-tui", action="store_true", help="print a line every few seconds instead of a live screen")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the demo.

    Raises:
        EdgeError: it could not run, or not all was as it should be.
    """
    console = Console()
    options = DemoOptions(
        output=arguments.output,
        seconds=arguments.seconds,
        scene=arguments.scene,
        models=arguments.models,
        is_live=console.is_terminal and not arguments.no_tui,
        window=not arguments.no_window and not why_no_window(os.environ),
        config=arguments.config,
        overrides=tuple(arguments.overrides),
    )
    with orderly_sigterm():
        run_demo(options, console)
    return 0
