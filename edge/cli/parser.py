"""The parser of the command line: every command by name and in a line, its module loaded only when it is asked for."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from edge import __version__
from edge.base.loading import load
from edge.base.terminal import width_of, wrapped
from edge.base.text import printable_lines
from edge.base.url import masked
from edge.cli.command import WRONG_USAGE, listing_of
from edge.cli.usage import usage_error

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from types import ModuleType

COMMANDS = {
    "demo": "show the appliance at work, with nothing attached",
    "run": "run the appliance in the foreground",
    "infer": "run one task over pictures or a video",
    "bench": "measure how fast this machine is: each model alone, and the whole pipeline",
    "evaluate": "measure how good models are on labelled data",
    "watch": "watch appliances over MQTT, live",
    "snapshot": "take one picture, to aim the camera",
    "record": "write what the models see to a trace",
    "replay": "show what other settings would have made of a trace",
    "config": "show, explain, check and change the configuration",
    "reload": "have the service take the file over, and say what came of it",
    "forget": "clear what a device that is gone has left at the broker",
    "broker-password": "show or change the login of the appliance's own broker",
    "models": "list, pull, import, verify and remove models",
    "doctor": "check everything the appliance needs, each with a fix",
    "report": "write one file to send to whoever helps",
    "schema": "print the JSON Schema of a message",
    "help": "explain a topic or a command; alone, list the topics",
}
"""Each command and its line of help, in the order of the help; its module has its name, with ``_`` for ``-``."""

_DESCRIPTION = "Pose, classification and action recognition on a Raspberry Pi, over MQTT."
_EPILOG = """\
exit status: 0 fine, 1 something failed, 2 wrong usage or configuration
edge help: topics such as quickstart, tune and broker

try:
  edge demo
  edge models pull movenet-lightning
  edge infer classification photo.jpg --model flowers.tflite
  edge run --set camera.source=video:walk.mp4 --set camera.loop=true
  mosquitto_sub -t 'edge/#' -v
"""


class _Parser(argparse.ArgumentParser):
    """Complains without the passwords of addresses, with its own usage; its subcommands are of the same kind."""

    def error(self, message: str) -> NoReturn:
        """End with a sentence on wrong usage."""
        told = masked(printable_lines(f"{self.prog}: error: {message}"))
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, f"{wrapped(told, width_of(sys.stderr))}\n")

    # argparse would have the outermost parser complain, whose usage says nothing of the command that was typed.
    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; what is not known is wrong usage."""
        words = sys.argv[1:] if args is None else list(args)
        known, strays = super().parse_known_args(words, namespace)
        if strays:
            self.error(usage_error(strays, words, self._option_string_actions))
        return known, strays


def build_parser(wanted: Container[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser with all commands; only those in ``wanted`` are loaded, the others are there by name alone."""
    parser = _Parser(
        prog="edge",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"edge {__version__}")
    parser.set_defaults(run=listing_of(parser))
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        add = partial(subparsers.add_parser, name, help=summary)
        if name in wanted:
            load_command(name).add_parser(add, _common())
        else:
            add()
    return parser


def asked_for(argv: Sequence[str]) -> str:
    """The command of a command line: its first word that is no option, as no option before it takes a value."""
    return next((word for word in argv if not word.startswith("-")), "")


def load_command(name: str) -> ModuleType:
    """The module of a command, with all that it needs.

    Raises:
        PackageError: a package that it needs is missing or broken.
    """
    return load(f"edge.cli.{name.replace('-', '_')}")


def _common() -> argparse.ArgumentParser:
    """The options that every command takes."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="configuration file (default: /etc/edge/edge.toml)")
    common.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="KEY=VALUE",
        help="set a configuration key for this run, e.g. --set pose.score_threshold=0.4; may be repeated",
    )
    return common
